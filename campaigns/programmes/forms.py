"""The form of one page of a survey, in the language of whoever reads it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import translation
from django.utils.translation import gettext as _

from campaigns.recipients.forms import NoPaymentNumbers
from records.asking import Given
from records.enums import QuestionKind
from records.forms.survey import AnswerField, SeveralField
from records.intake.answers import LONGEST_ANSWER, SEPARATOR, bounds_of
from records.models import Question

# Of more answers than these one is chosen from a list, or typed, as a number.
MOST_BUTTONS = 12


class PageForm(NoPaymentNumbers):
    """`answers` are what was given, checked, by the keys of the questions. Nothing is required of whoever goes back."""

    def __init__(
        self, questions: Sequence[Question], given: Given, *args: Any, is_leaving: bool = False, **options: Any
    ) -> None:
        initial = {name_of(one): _shown(one, given.get(str(one.key), "")) for one in questions}
        super().__init__(*args, **{"initial": initial, "use_required_attribute": False, **options})
        self.questions = questions
        for question in questions:
            self.fields[name_of(question)] = field_of(question, is_required=question.is_required and not is_leaving)

    @property
    def answers(self) -> dict[str, str]:
        """Of each question of the page that was filled in rightly; the empty text where nothing was answered."""
        return {
            str(one.key): self.cleaned_data[name_of(one)] or ""
            for one in self.questions
            if name_of(one) in self.cleaned_data
        }


class PublicAnswer(AnswerField):
    """Says what is wrong in the reader's language."""

    def clean(self, value: Any) -> str:
        try:
            return super().clean(value)
        except forms.ValidationError as error:
            if getattr(error, "code", "") == "required":
                raise
            raise forms.ValidationError(_("This cannot be an answer to the question: check what it asks.")) from None


class PublicSeveral(SeveralField, PublicAnswer):
    """Some of several answers."""


def name_of(question: Question) -> str:
    """The field of a question. Its number may change while somebody answers; this does not."""
    return f"q_{question.key.hex}"


def field_of(question: Question, *, is_required: bool = False) -> AnswerField:
    """The field in the language that is active."""
    language = translation.get_language() or ""
    known: dict[str, Any] = {
        "label": question.text_in(language),
        "required": is_required,
        "error_messages": {"required": _("Please answer this so that we can continue.")},
        "help_text": "",
    }
    if question.kind == QuestionKind.TEXT:
        area = forms.Textarea(attrs={"rows": 4, "maxlength": LONGEST_ANSWER})
        return PublicAnswer(question, widget=area, max_length=LONGEST_ANSWER, **known)
    if question.kind == QuestionKind.SEVERAL:
        boxes = forms.CheckboxSelectMultiple(choices=question.choices_in(language))
        return PublicSeveral(question, widget=boxes, **{**known, "help_text": _("You may choose several.")})
    if question.kind == QuestionKind.CHOICE:
        return _one_of(question, question.choices_in(language), known)
    lowest, highest = bounds_of(question.kind, question.choices)
    known["help_text"] = _("%(lowest)s is the lowest, %(highest)s the highest.") % {
        "lowest": lowest,
        "highest": highest,
    }
    if highest - lowest < MOST_BUTTONS:
        return _one_of(question, [(str(step), str(step)) for step in range(lowest, highest + 1)], known)
    number = forms.NumberInput(attrs={"min": lowest, "max": highest, "step": 1, "inputmode": "numeric"})
    return PublicAnswer(question, widget=number, **known)


def _one_of(question: Question, choices: list[tuple[str, str]], known: dict[str, Any]) -> AnswerField:
    if len(choices) <= MOST_BUTTONS:
        return PublicAnswer(question, widget=forms.RadioSelect(choices=choices), **known)
    return PublicAnswer(question, widget=forms.Select(choices=[("", "–"), *choices]), **known)


def _shown(question: Question, answer: str) -> Any:
    return answer.split(SEPARATOR) if question.kind == QuestionKind.SEVERAL and answer else answer
