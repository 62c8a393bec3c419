"""The forms of requests: the public one, the officers' own, and one for each step."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from privacy.agency import agency_today
from privacy.enums import About, Channel, IdentityMethod, RequestKind, Step
from privacy.models import RightsRequest
from privacy.rights.entering import Wish
from privacy.rights.procedure import RULES
from privacy.rights.stepping import Said
from privacy.rights.terms import KINDS

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

LONGEST_AGO = timedelta(days=5 * 365)
RADIOS = forms.RadioSelect


def day_field(label: "str | _StrPromise", **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}), **options)


def told(choices: list[tuple[str, str]]) -> Callable[[], list[tuple[str, str]]]:
    """The choices with their labels in the language of whoever reads the form."""
    return lambda: [(value, gettext(label)) for value, label in choices]


class WishForm(forms.Form):
    """What is asked, and by whom. The notice wants name and address."""

    kind = forms.ChoiceField(label=_("What are you asking for?"), choices=told(RequestKind.choices), widget=RADIOS)
    about = forms.ChoiceField(
        label=_("What is it about?"), choices=told(About.choices), widget=RADIOS, initial=About.OTHER,
        help_text=_("The notice sends inquiries about sales to one office, and all others to another."),
    )  # fmt: skip
    name = forms.CharField(label=_("Name"), max_length=200)
    street = forms.CharField(label=_("Street and number, or PO box"), max_length=200)
    city = forms.CharField(label=_("City"), max_length=100)
    region = forms.CharField(label=_("State"), max_length=50)
    postal_code = forms.CharField(label=_("ZIP or postal code"), max_length=20)
    email = forms.EmailField(label=_("E-mail address (not required)"), max_length=254, required=False)
    phone = forms.CharField(label=_("Phone (not required)"), max_length=40, required=False)
    is_by_other = forms.BooleanField(
        label=_("This is for another person, who has agreed in writing"), required=False,
        help_text=_("Enter that person's name and address above, and your own below."),
    )  # fmt: skip
    details = forms.CharField(
        label=_("Other helpful details (not required)"), max_length=10_000, required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Which records, or what is wrong with them. Never a Social Security, card or account "
                    "number."),
    )  # fmt: skip

    def wish(self) -> Wish:
        given = self.cleaned_data
        return Wish(
            kind=RequestKind(given["kind"]),
            about=About(given["about"]),
            **{name: given[name] for name in ("name", "street", "city", "region", "postal_code", "email", "phone")},
            details=given["details"],
            is_by_other=given["is_by_other"],
        )


class PublicForm(WishForm):
    """For anybody. People leave `website` empty, for they do not see it; machines fill in what they find."""

    website = forms.CharField(label=_("Leave this empty"), required=False, max_length=200)

    @property
    def is_by_machine(self) -> bool:
        return bool(self.data.get("website"))


# The same fields, asked of whoever enters what another wrote.
OF_OFFICERS: "dict[str, tuple[_StrPromise, _StrPromise | str]]" = {
    "kind": (_("What do they ask for?"), ""),
    "is_by_other": (
        _("They ask for another person, who has agreed in writing"),
        _("Enter that person's name and address above, and the requester's under the details."),
    ),
    "details": (
        _("What else they wrote (not required)"),
        _("Which records, or what is wrong, in their words. Never a Social Security, card or account number."),
    ),
}


class EntryForm(WishForm):
    """For officers who enter a letter or mail."""

    channel = forms.ChoiceField(
        label=_("It came by"), choices=told([(Channel.LETTER.value, "Letter"), (Channel.MAIL.value, "E-mail")]),
        widget=RADIOS, initial=Channel.LETTER,
    )  # fmt: skip
    received_on = day_field(_("It came on"))
    field_order = ("channel", "received_on")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, (label, help_text) in OF_OFFICERS.items():
            self.fields[name].label, self.fields[name].help_text = label, help_text

    def clean_received_on(self) -> date:
        day: date = self.cleaned_data["received_on"]
        if day > agency_today():
            raise forms.ValidationError(_("That day is in the future."))
        if day < agency_today() - LONGEST_AGO:
            raise forms.ValidationError(_("That is more than five years ago: check the year."))
        return day


class StepForm(forms.Form):
    """What a step needs; fields that another step needs are not there."""

    reason = forms.CharField(
        label=_("Reason"), max_length=4_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    method = forms.ChoiceField(label=_("How"), choices=told([("", gettext_noop("Choose")), *IdentityMethod.choices]))
    note = forms.CharField(
        label=_("What was seen"), max_length=200, required=False,
        help_text=_("In words, without numbers: what was seen is noted, never copied."),
    )  # fmt: skip
    consent_on = day_field(_("Day of the person's written consent"), required=False)
    consent_at = forms.CharField(
        label=_("Where it is on file"), max_length=200, required=False, help_text=_("Do not name anyone here.")
    )
    duplicate_of = forms.CharField(label=_("Number of the other request"), max_length=20)
    came_on = day_field(_("The appeal came on"))

    def __init__(self, request: RightsRequest, step: Step, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": f"id_{step.value}_%s", **options})
        kept = set(FIELDS.get(step, ("reason",)))
        if step is Step.VERIFY and not request.is_by_other:
            kept -= {"consent_on", "consent_at"}
        for name in [name for name in self.fields if name not in kept]:
            del self.fields[name]
        if step is Step.DUPLICATE and request.duplicate_of:
            self.fields["duplicate_of"].initial = request.duplicate_of.number
        if "reason" in self.fields:
            self.fields["reason"].label, self.fields["reason"].help_text = REASONS.get(step, (_("Reason"), ""))
            self.fields["reason"].required = RULES[step].needs_reason

    def clean_note(self) -> str:
        note: str = self.cleaned_data["note"]
        if sum(letter.isdigit() for letter in note) > MOST_DIGITS:
            raise forms.ValidationError(_("Leave the number out: what was seen is noted, never copied."))
        return note

    def said(self) -> Said:
        given = self.cleaned_data
        method = given.get("method")
        return Said(
            reason=given.get("reason", ""),
            method=IdentityMethod(method) if method else None,
            note=given.get("note", ""),
            consent_on=given.get("consent_on"),
            consent_at=given.get("consent_at", ""),
            duplicate_of=given.get("duplicate_of", ""),
            came_on=given.get("came_on"),
        )


MOST_DIGITS = 4  # a year may be noted
FIELDS: dict[Step, tuple[str, ...]] = {
    Step.ACKNOWLEDGE: (),
    Step.ANSWERED: (),
    Step.VERIFY: ("method", "note", "consent_on", "consent_at"),
    Step.APPEAL: ("came_on", "reason"),
    Step.DUPLICATE: ("duplicate_of",),
}
REASONS: dict[Step, "tuple[str | _StrPromise, str | _StrPromise]"] = {
    Step.ASK_MORE: (_("What is missing"), _("Appears in the letter.")),
    Step.GRANT: (_("One more sentence for the letter"), ""),
    Step.NO_RECORD: (_("One more sentence for the letter"), ""),
    Step.GRANT_APPEAL: (_("One more sentence for the letter"), ""),
    Step.WITHDRAW: (_("One more sentence for the file"), ""),
    Step.APPEAL: (_("What the requester objects to"), _("Kept with the request.")),
    Step.DISAGREE: (_("The statement, in the requester's words"), _("Appears next to the value from now on.")),
    Step.EXTEND: (_("Good cause"), _("Appears in the letter.")),
    Step.REFUSE: (_("Reason"), _("Appears in the letter. No exemption applies to this system of records.")),
    Step.GRANT_PARTLY: (_("Reason"), _("Why it is not all granted. Appears in the letter.")),
    Step.REFUSE_APPEAL: (_("Reason"), _("Appears in the letter.")),
}


class SearchForm(forms.Form):
    """Whom the request may be about, by the notice's keys."""

    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    number = forms.CharField(label=_("Customer ID"), max_length=40, required=False)
    email = forms.CharField(label=_("E-mail address"), max_length=254, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)


class DisputeForm(forms.Form):
    """What somebody wants in the place of a value."""

    wanted = forms.CharField(
        label=_("What it should be, in the requester's words"),
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CorrectForm(forms.Form):
    value = forms.CharField(label=_("Corrected value"), max_length=4_000, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=4_000, widget=forms.Textarea(attrs={"rows": 2}))


class RefuseForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Appears in the letter."),
    )


class SentForm(forms.Form):
    sent_on = day_field(_("It went out on"))


class TermForm(forms.Form):
    """A number of the procedure, and why it is changed."""

    name = forms.ChoiceField(
        label=_("What"),
        choices=lambda: [(kind.name, f"{gettext(kind.label)} ({gettext(kind.unit)})") for kind in KINDS.values()],
    )
    value = forms.DecimalField(label=_("New value"), max_digits=8, decimal_places=2, min_value=Decimal(0))
    reason = forms.CharField(label=_("Reason"), max_length=400, help_text=_("Kept permanently."))


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "characters"}),
    )
