"""What people fill in to take part in a study, and to choose another session of it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.recipients.forms import NoPaymentNumbers
from records.models import StudySession

NEEDED = gettext_lazy("Please answer this so that we can continue.")


def when_of(session: StudySession) -> str:
    """`March 8, 2026, 9:30 a.m. EST`, by the clock of the study's place, in the language that is active."""
    there = session.starts_there
    return f"{date_format(there, 'DATETIME_FORMAT')} {there.tzname()}"


def place_of(session: StudySession) -> str:
    """What is said of where it is before somebody has a place: of a link only that there is one."""
    return ", ".join(part for part in (session.place, _("online") if session.link else "") if part)


class SessionForm(NoPaymentNumbers):
    """Which session. Without any there is nothing to choose."""

    session = forms.ChoiceField(
        label=gettext_lazy("When you take part"), widget=forms.RadioSelect, error_messages={"required": NEEDED}
    )

    def __init__(self, sessions: Iterable[StudySession], *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"use_required_attribute": False, **options})
        choices = [(str(one.key), f"{when_of(one)} · {place_of(one)}") for one in sessions]
        self.fields["session"].choices = choices  # type: ignore[attr-defined]
        self.fields["session"].error_messages["invalid_choice"] = _("This session is full or over: choose another.")
        if not choices:
            del self.fields["session"]


class AgreeForm(SessionForm):
    """The consent, to the version of its text that was read."""

    field_order = ("session", "consent", "version")
    version = forms.IntegerField(widget=forms.HiddenInput)
    consent = forms.BooleanField(
        label=gettext_lazy("I have read this and agree to it"), error_messages={"required": NEEDED}
    )


class WithdrawForm(forms.Form):
    use_required_attribute = False
    sure = forms.BooleanField(
        label=gettext_lazy("Yes, I withdraw: destroy what was noted and recorded about me"),
        error_messages={"required": NEEDED},
    )
