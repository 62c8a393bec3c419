"""Forms of surveys and contests, their questions, and what customers answered."""

from typing import Any, ClassVar

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacy import changes
from privacy.models import User
from privacy.notice import elements_ever
from privacy.purposes import Basis
from records.enums import QuestionKind
from records.forms.people import PARTICIPANT
from records.forms.record import RecordForm
from records.intake.answers import (
    CHOOSING,
    LONGEST_ANSWER,
    SEPARATOR,
    answer_field,
    bounds_of,
    check_choices,
    rule_of,
)
from records.intake.problems import Problem
from records.models import Answer, Question, Submission, Survey
from records.models.survey import ANSWER_ELEMENTS, FEELINGS, GENERAL_ELEMENTS
from records.naming import free_slug
from records.topics import refused_topic


class SurveyForm(RecordForm):
    class Meta:
        model = Survey
        fields: ClassVar[list[str]] = ["name", "kind", "description", "opens_on", "closes_on"]
        help_texts: ClassVar[dict[str, str]] = {
            "kind": "What customers say in a survey is kept 3 years, in a contest 5.",
        }

    def clean_kind(self) -> str:
        kind: str = self.cleaned_data["kind"]
        if self.instance.pk and "kind" in self.changed_data and self.instance.submissions.exists():
            raise forms.ValidationError(_("There are answers already, and how long they are kept rests on this."))
        return kind

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for name in ("name", "description"):
            refuse_topic(self, name)
        if values.get("opens_on") and values.get("closes_on") and values["closes_on"] < values["opens_on"]:
            self.add_error("closes_on", _("This is before it opens."))
        if not self.instance.slug and values.get("name"):
            self.instance.slug = free_slug(Survey, values["name"])
        return values


def refuse_topic(form: forms.BaseForm, name: str) -> None:
    """Add the reason to a field that asks what no survey may."""
    given = form.cleaned_data.get(name) or ""
    if topic := refused_topic(*(map(str, given) if isinstance(given, list) else [given])):
        form.add_error(
            name,
            _("This asks about %(topic)s: %(because)s. Ask something else.")
            % {"topic": topic.name, "because": topic.because},
        )


class QuestionForm(RecordForm):
    """The next number is given to a new one. What has answers keeps its kind, element and choices."""

    choices = forms.CharField(
        label=_("Possible answers"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "One a line. Of a rating or scale the lowest and the highest number, where they are not 1 to 5, 1 to 10."
        ),
    )
    element = forms.ChoiceField(
        label=_("Kind of survey data"), help_text=_("Which of the notice's elements an answer is. Feelings are sealed.")
    )
    field_order = ["text", "kind", "choices", "element"]

    class Meta:
        model = Question
        fields: ClassVar[list[str]] = ["text", "kind", "element", "choices"]
        widgets: ClassVar = {"text": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(user, *args, **options)
        self.fields["element"].choices = element_choices()  # type: ignore[attr-defined]
        if isinstance(self.initial.get("choices"), list):
            self.initial["choices"] = "\n".join(map(str, self.initial["choices"]))

    def clean_choices(self) -> list[str | int]:
        lines = [line.strip() for line in self.cleaned_data["choices"].splitlines() if line.strip()]
        are_numbers = self.cleaned_data.get("kind") not in CHOOSING and all(line.isdecimal() for line in lines)
        choices: list[str | int] = [int(line) for line in lines] if are_numbers else [*lines]
        try:
            check_choices(self.cleaned_data.get("kind", ""), choices)
        except Problem as problem:
            raise forms.ValidationError(_("The possible answers %(reason)s.") % {"reason": problem.reason}) from None
        return choices

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for name in ("text", "choices"):
            refuse_topic(self, name)
        if self.instance.pk and self.instance.answers.exists():
            for name in {"kind", "element", "choices"} & set(self._changed()):
                self.add_error(name, _("This question has answers, which rest on this: add another question instead."))
        return values

    def _changed(self) -> list[str]:
        stored = Question.objects.get(pk=self.instance.pk)
        return [name for name in ("kind", "element", "choices") if self.cleaned_data.get(name) != getattr(stored, name)]

    def keep(self, by: User, basis: Basis) -> Question:
        if self.instance._state.adding:
            # One writer at a time gives the numbers of a survey.
            survey = Survey.objects.select_for_update().get(pk=self.instance.survey_id)
            last = survey.questions.order_by("-number").values_list("number", flat=True).first()
            self.instance.number = (last or 0) + 1
        kept: Question = super().keep(by, basis)
        return kept


def element_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The notice's kinds of survey data, by its categories."""
    known = elements_ever()
    groups: dict[int, list[tuple[str, str]]] = {}
    for name in (*GENERAL_ELEMENTS, *ANSWER_ELEMENTS[:1], *FEELINGS[:1], *ANSWER_ELEMENTS[1:], *FEELINGS[1:]):
        label = known[name].label
        groups.setdefault(known[name].category, []).append((name, label[:1].upper() + label[1:]))
    return [(f"Category {number}", choices) for number, choices in sorted(groups.items())]


class SubmissionForm(RecordForm):
    """Who answered when, and of a new one an answer a question."""

    finders: ClassVar = {"customer": PARTICIPANT}

    class Meta:
        model = Submission
        fields: ClassVar[list[str]] = ["customer", "submitted_at"]

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(user, *args, **options)
        self.questions = [] if self.instance.pk else list(self.instance.survey.questions.all())
        for question in self.questions:
            self.fields[_name(question)] = answer_form_field(question)
        self.order_fields([*self.Meta.fields, *map(_name, self.questions)])
        if self.instance.pk:
            # What is sealed in the answers is sealed for whoever gave them.
            del self.fields["customer"]
        else:
            self.initial["submitted_at"] = timezone.now()

    def clean_submitted_at(self) -> Any:
        moment = self.cleaned_data["submitted_at"]
        if moment > timezone.now():
            raise forms.ValidationError(_("This is in the future."))
        return moment

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if self.questions and not any(values.get(_name(question)) for question in self.questions) and not self.errors:
            raise forms.ValidationError(_("Enter an answer to one question at least."))
        return values

    def keep(self, by: User, basis: Basis) -> Submission:
        if self.instance._state.adding:
            self.instance.number = f"here-{self.instance.key}"
            self.instance.retention_rule = rule_of(self.instance.survey.kind)
        with transaction.atomic():
            kept: Submission = super().keep(by, basis)
            for question in self.questions:
                if text := self.cleaned_data.get(_name(question)):
                    answer = Answer(submission=kept, question=question)
                    answer.value = text
                    changes.save(answer, by=by, basis=basis)
        return kept


def _name(question: Question) -> str:
    return f"question_{question.number}"


class AnswerForm(RecordForm):
    """One answer, kept where its question says."""

    also: ClassVar = ("text", "number", "feeling")

    class Meta:
        model = Answer
        fields: ClassVar[list[str]] = []

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(user, *args, **options)
        self.fields["value"] = answer_form_field(self.instance.question)
        self.fields["value"].required = True
        self.initial["value"] = self.fields["value"].prepare_value(self.instance.value)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("value"):
            self.instance.value = values["value"]
        return values


class AnswerField(forms.CharField):
    """Checks an answer as the importer does; the value is what is kept."""

    def __init__(self, question: Question, **options: Any) -> None:
        super().__init__(label=question.text, required=False, **options)
        self.check = answer_field(question.kind, question.choices, question.element)

    def clean(self, value: Any) -> str:
        text = SEPARATOR.join(value) if isinstance(value, list) else value
        try:
            return self.check.read(super().clean(text))
        except Problem as problem:
            raise forms.ValidationError(_("The answer %(reason)s.") % {"reason": problem.reason}) from None


class SeveralField(AnswerField):
    def prepare_value(self, value: Any) -> Any:
        return value.split(SEPARATOR) if isinstance(value, str) else value


def answer_form_field(question: Question) -> AnswerField:
    if question.kind == QuestionKind.SEVERAL:
        boxes = forms.CheckboxSelectMultiple(choices=[(one, one) for one in question.choices])
        return SeveralField(question, widget=boxes)
    if question.kind == QuestionKind.CHOICE:
        return AnswerField(
            question, widget=forms.Select(choices=[("", "–"), *((one, one) for one in question.choices)])
        )
    if question.kind == QuestionKind.TEXT:
        return AnswerField(question, widget=forms.Textarea(attrs={"rows": 3}), max_length=LONGEST_ANSWER)
    lowest, highest = bounds_of(question.kind, question.choices)
    number = forms.NumberInput(attrs={"min": lowest, "max": highest, "step": 1})
    return AnswerField(
        question, widget=number, help_text=_("%(lowest)s to %(highest)s") % {"lowest": lowest, "highest": highest}
    )
