"""Forms of surveys and contests, and of what customers answered."""

from typing import Any, ClassVar

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacy import changes
from privacy.models import User
from privacy.purposes import Basis
from records.enums import QuestionKind
from records.forms.people import PARTICIPANT
from records.forms.record import RecordForm
from records.intake.answers import (
    LONGEST_ANSWER,
    SEPARATOR,
    answer_field,
    bounds_of,
    rule_of,
)
from records.intake.problems import Problem
from records.models import Answer, Question, Submission, Survey
from records.naming import free_slug
from records.topics import refused_topic


class SurveyForm(RecordForm):
    class Meta:
        model = Survey
        fields: ClassVar[list[str]] = [
            "name",
            "name_es",
            "kind",
            "description",
            "description_es",
            "opens_on",
            "closes_on",
            "most_answers",
            "is_open",
        ]
        help_texts: ClassVar[dict[str, str]] = {
            "kind": "What customers say in a survey is kept 3 years, in a contest 5. A contest with terms and a "
            "drawing is created under Contests.",
            "name_es": "Anything not written in Spanish is shown in English.",
            "most_answers": "Leave it empty for no limit.",
            "is_open": "Otherwise it takes a shared link: one’s own, or one that its recipient gave away.",
        }

    def clean_kind(self) -> str:
        kind: str = self.cleaned_data["kind"]
        if self.instance.pk and "kind" in self.changed_data and hasattr(self.instance, "contest"):
            raise forms.ValidationError(_("It is a contest: its terms are on the contest’s own page."))
        if self.instance.pk and "kind" in self.changed_data and self.instance.submissions.exists():
            raise forms.ValidationError(_("There are already answers, and how long they are kept depends on this."))
        return kind

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for name in ("name", "name_es", "description", "description_es"):
            refuse_topic(self, name)
        if values.get("opens_on") and values.get("closes_on") and values["closes_on"] < values["opens_on"]:
            self.add_error("closes_on", _("This is before it opens."))
        if not self.instance.slug and values.get("name"):
            self.instance.slug = free_slug(Survey, values["name"])
        if self.instance.pk and hasattr(self.instance, "contest"):
            for name in {"opens_on", "closes_on", "most_answers", "is_open"} & set(self.changed_data):
                self.add_error(name, _("It is a contest: its terms are on the contest’s own page."))
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
            raise forms.ValidationError(_("Answer at least one question."))
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
        super().__init__(**{"label": question.text, "required": False, **options})
        self.check = answer_field(question.kind, question.choices, question.element)

    def clean(self, value: Any) -> str:
        text = SEPARATOR.join(value) if isinstance(value, list) else value
        try:
            return self.check.read(super().clean(text))
        except Problem as problem:
            raise forms.ValidationError(_("The answer %(reason)s.") % {"reason": problem.words}) from None


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
