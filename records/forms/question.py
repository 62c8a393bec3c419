"""The form of a question of a survey: its text, its answers, which element they are, and of whom it is asked."""

import re
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from privacy.models import User
from privacy.notice import elements_ever
from privacy.purposes import Basis
from privacy.wording import label_words
from records.asking import misplaced
from records.enums import QuestionKind
from records.forms.record import RecordForm
from records.forms.survey import refuse_topic
from records.intake.answers import CHOOSING, NOT_SEVERAL, answer_field, check_choices
from records.intake.problems import Problem
from records.models import Question, Survey
from records.models.survey import ANSWER_ELEMENTS, FEELINGS, GENERAL_ELEMENTS

# What answers rest on.
FIXED = ("kind", "element", "choices")
RANGE = re.compile(r"(\d{1,4})\s*[-–]\s*(\d{1,4})")


class LinesField(forms.CharField):
    """A list of texts, one a line."""

    widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [line.strip() for line in str(super().to_python(value)).splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool([str(one) for one in initial or []] != self.to_python(data))


if TYPE_CHECKING:
    QuestionChoice = forms.ModelChoiceField[Question]
else:
    QuestionChoice = forms.ModelChoiceField


class NumberedQuestions(QuestionChoice):
    """Questions of a survey, as they are numbered beside the form."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.number}. {obj.text}"


class QuestionForm(RecordForm):
    """The next number is given to a new one. What has answers keeps its kind, element and choices."""

    choices = LinesField(
        label=_("Possible answers"),
        required=False,
        help_text=_(
            "One per line. For a rating or scale, the lowest and highest number, if they are not 1 to 5 or 1 "
            "to 10, respectively."
        ),
    )
    choices_es = LinesField(label=_("Possible answers in Spanish"), required=False, help_text=_("In the same order."))
    element = forms.ChoiceField(
        label=_("Kind of survey data"), help_text=_("Which of the notice's elements an answer is. Feelings are sealed.")
    )
    asked_after = NumberedQuestions(
        Question.objects.none(), label=_("Ask only after an answer to"), required=False, empty_label=_("Ask everybody")
    )
    asked_after_answers = LinesField(
        label=_("Only after one of these answers"),
        required=False,
        help_text=_("One answer per line; for numbers, also 0-6."),
    )
    field_order = [
        "text", "kind", "choices", "element", "is_required", "starts_page", "text_es", "choices_es", "asked_after",
        "asked_after_answers",
    ]  # fmt: skip

    class Meta:
        model = Question
        fields: ClassVar[list[str]] = [
            "text", "kind", "element", "choices", "text_es", "choices_es", "starts_page", "is_required", "asked_after",
            "asked_after_answers",
        ]  # fmt: skip
        widgets: ClassVar = {
            "text": forms.Textarea(attrs={"rows": 2}),
            "text_es": forms.Textarea(attrs={"rows": 2, "lang": "es"}),
        }

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(user, *args, **options)
        self.fields["element"].choices = element_choices()  # type: ignore[attr-defined]
        others = Question.objects.filter(survey=self.instance.survey_id).exclude(pk=self.instance.pk)
        self.fields["asked_after"].queryset = others.exclude(kind=QuestionKind.TEXT)  # type: ignore[attr-defined]

    def clean_choices(self) -> list[str | int]:
        lines: list[str] = self.cleaned_data["choices"]
        are_numbers = self.cleaned_data.get("kind") not in CHOOSING and all(line.isdecimal() for line in lines)
        choices: list[str | int] = [int(line) for line in lines] if are_numbers else [*lines]
        try:
            check_choices(self.cleaned_data.get("kind", ""), choices)
        except Problem as problem:
            if problem.reason == NOT_SEVERAL:
                raise forms.ValidationError(_("Enter at least two different answers, one per line.")) from None
            raise forms.ValidationError(_("The possible answers %(reason)s.") % {"reason": problem.words}) from None
        return choices

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for name in ("text", "choices", "text_es", "choices_es"):
            refuse_topic(self, name)
        self._check_spanish(values)
        self._check_condition(values)
        if self.instance.pk and self.instance.answers.exists():
            for name in set(FIXED) & set(self._changed()):
                self.add_error(
                    name, _("This question has answers, which depend on this: add another question instead.")
                )
        return values

    def _check_spanish(self, values: dict[str, Any]) -> None:
        spanish, english = values.get("choices_es"), values.get("choices")
        if not spanish or english is None:
            return
        if values.get("kind") not in CHOOSING:
            self.add_error("choices_es", _("Numbers are the same in Spanish: leave this empty."))
        elif len(spanish) != len(english):
            self.add_error(
                "choices_es",
                _("There are %(english)s possible answers, and %(spanish)s here.")
                % {"english": len(english), "spanish": len(spanish)},
            )

    def _check_condition(self, values: dict[str, Any]) -> None:
        before: Question | None = values.get("asked_after")
        lines = values.get("asked_after_answers") or []
        if before is None:
            if lines and "asked_after" not in self.errors:
                self.add_error("asked_after", _("Choose which question these are answers to."))
            return
        if not lines:
            self.add_error("asked_after_answers", _("Enter the answers after which it is asked."))
            return
        try:
            values["asked_after_answers"] = [one for line in lines for one in _answers(before, line)]
        except Problem as problem:
            self.add_error("asked_after_answers", _("An answer %(reason)s.") % {"reason": problem.words})
        if self._stands_too_early(before, bool(values.get("starts_page"))):
            self.add_error(
                "asked_after", _("That one must be on an earlier page: let this one begin a new page, after it.")
            )

    def _stands_too_early(self, before: Question, starts_page: bool) -> bool:
        others = [one for one in self.instance.survey.questions.all() if one.pk != self.instance.pk]
        self.instance.asked_after, self.instance.starts_page = before, starts_page
        at = next((at for at, one in enumerate(others) if one.number > (self.instance.number or 0)), len(others))
        at = len(others) if self.instance._state.adding else at
        # One that is not stored has no key yet: it is told apart as it stands.
        return any(one is self.instance for one in misplaced([*others[:at], self.instance, *others[at:]]))

    def _changed(self) -> list[str]:
        stored = Question.objects.get(pk=self.instance.pk)
        return [name for name in FIXED if self.cleaned_data.get(name) != getattr(stored, name)]

    def keep(self, by: User, basis: Basis) -> Question:
        if self.instance._state.adding:
            # One writer at a time gives the numbers of a survey.
            survey = Survey.objects.select_for_update().get(pk=self.instance.survey_id)
            last = survey.questions.order_by("-number").values_list("number", flat=True).first()
            self.instance.number = (last or 0) + 1
        kept: Question = super().keep(by, basis)
        return kept


def _answers(before: Question, line: str) -> list[str]:
    """The answers that a line names: one, or a range of numbers. Raises Problem."""
    check = answer_field(before.kind, before.choices, "")
    if before.is_number and (ends := RANGE.fullmatch(line)):
        numbers = range(int(ends[1]), int(ends[2]) + 1)
        if not numbers:
            raise Problem(gettext("ends before it begins"))
        return [str(check.parse(str(number))) for number in numbers]
    return [str(check.parse(line))]


def element_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The notice's kinds of survey data, by its categories."""
    known = elements_ever()
    groups: dict[int, list[tuple[str, str]]] = {}
    for name in (*GENERAL_ELEMENTS, *ANSWER_ELEMENTS[:1], *FEELINGS[:1], *ANSWER_ELEMENTS[1:], *FEELINGS[1:]):
        label = capfirst(label_words(known[name].label))
        groups.setdefault(known[name].category, []).append((name, label))
    return [(_("Category %(number)s") % {"number": number}, choices) for number, choices in sorted(groups.items())]
