"""Making a mailing, writing its letter, and saying what became of a message."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.mailing.sources import aim, sources
from campaigns.mailing.template import NAMES, OF_SUBJECT, faults
from campaigns.models import Mailing
from privacy.languages import WordedForm
from privacy.models import User
from records import figures

BODY = """Hello {{name}},

I have put together something for you: {{material}}.

{{link}}

Kind regards
{{sender}}"""
FASTEST = 60_000  # messages a minute; the constraint mailing_rate says the same
AN_ADDRESS = re.compile(r"\S@\S")


def _of_body() -> str:
    """How a letter is written, with its place-holders and what each stands for."""
    said = gettext(
        "Plain text; a blank line starts a new paragraph. You may use %(names)s. Alone in its paragraph, "
        "{{link}} becomes a button."
    )
    return said % {"names": ", ".join(f"{{{{{name}}}}} ({gettext(about)})" for name, about in NAMES.items())}


class LetterForm(WordedForm, forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Mailing
        fields = ["name", "subject", "body", "messages_a_minute"]
        labels = {
            "name": _("Name of the mailing"),
            "body": _("Letter"),
            "messages_a_minute": _("Maximum messages per minute"),
        }
        help_texts = {
            "name": _("For you and your colleagues; recipients do not see it."),
            "subject": _("Same as for the letter, but without {{link}}."),
            "body": lazy(_of_body, str)(),
            "messages_a_minute": _("For all workers together. Ask whoever runs your mail server what it can handle."),
        }
        widgets = {
            "body": forms.Textarea(attrs={"rows": 16}),
            "messages_a_minute": forms.NumberInput(attrs={"min": 1, "max": FASTEST}),
        }

    def clean_subject(self) -> str:
        subject: str = self.cleaned_data["subject"]
        if not subject.isprintable():
            raise ValidationError(_("A subject is one line: take out the line break or control character."))
        return _checked(subject, OF_SUBJECT)

    def clean_body(self) -> str:
        body = _checked(self.cleaned_data["body"].replace("\r\n", "\n"), tuple(NAMES))
        if "link" not in re.findall(r"\{\{ *(\w+) *\}\}", body):
            raise ValidationError(_("The letter has no link: put {{link}} where the address should go."))
        return body

    def clean_messages_a_minute(self) -> int:
        rate: int = self.cleaned_data["messages_a_minute"]
        if not 1 <= rate <= FASTEST:
            raise ValidationError(_("Enter a number from 1 to %(fastest)s.") % {"fastest": figures.count(FASTEST)})
        return rate


def _checked(text: str, known: tuple[str, ...]) -> str:
    if problems := faults(text, known):
        raise ValidationError(problems)
    return text


class NewMailingForm(LetterForm):
    source = forms.ChoiceField(label=_("Who it goes to"))

    field_order = ["source"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        choices = [(source.name, source.text) for source in sources(user)]
        self.fields["source"].choices = choices  # type: ignore[attr-defined]
        self.fields["body"].initial = BODY

    @property
    def has_sources(self) -> bool:
        return bool(self.fields["source"].choices)  # type: ignore[attr-defined]

    def save(self, commit: bool = True) -> Mailing:
        mailing: Mailing = super().save(commit=False)
        mailing.sender = self.user
        aim(mailing, self.cleaned_data["source"])
        if commit:
            mailing.save()
        return mailing


class SettleForm(forms.Form):
    verb = forms.ChoiceField(choices=[("again", "again"), ("sent", "sent"), ("not-sent", "not sent")])
    why = forms.CharField(label=_("Why"), max_length=200, required=False)

    def clean_why(self) -> str:
        why: str = self.cleaned_data["why"]
        if AN_ADDRESS.search(why):
            raise ValidationError(_("State why without naming anyone: this contains an e-mail address."))
        return why
