"""What came out of a survey: pictures, the trend over its waves, and two questions against each other."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from analytics.exports.surveys import METHOD
from analytics.pictures.asking import Asked
from analytics.pictures.drawings import drawn_sections
from analytics.reports.survey import survey_report
from privacy.guards import permit_required
from privacy.renewing.watching import watch
from privacy.roles import Permit
from records.crossing import cross_of
from records.enums import QuestionKind
from records.models import Question, Survey
from records.results import SMALLEST_GROUP
from records.tallying import ANSWERS
from records.views.lists import marked


class CrossForm(forms.Form):
    """Two questions of the survey whose answers are counted."""

    down = forms.ModelChoiceField(Question.objects.none(), to_field_name="key", label=_("Question down the side"))
    across = forms.ModelChoiceField(Question.objects.none(), to_field_name="key", label=_("Question across the top"))

    def __init__(self, survey: Survey, data: object) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        counted = [one.pk for one in survey.questions.exclude(kind=QuestionKind.TEXT) if not one.is_feeling]
        for name in self.fields:
            self.fields[name].queryset = Question.objects.filter(pk__in=counted)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Question]:
        given: dict[str, Question] = super().clean() or {}
        if given.get("down") and given.get("down") == given.get("across"):
            self.add_error("across", _("Choose a question other than the one down the side."))
        return given


@require_safe
@permit_required(Permit.VIEW_PROGRAMMES)
def survey_results(request: HttpRequest, key: UUID) -> HttpResponse:
    """Sums alone, without groups of few people: nobody's answers can be told from them."""
    survey = get_object_or_404(Survey, key=key)
    watch(request, ANSWERS)
    report = survey_report(survey)
    is_crossed = "down" in request.GET or "across" in request.GET
    form = CrossForm(survey, request.GET if is_crossed else None)
    cross = cross_of(form.cleaned_data["down"], form.cleaned_data["across"]) if form.is_valid() else None
    context = {
        "survey": survey,
        "of": f"survey/{survey.key}",
        "report": report,
        "sections": drawn_sections("survey", report, Asked()),
        "words": [result for result in report.results if result.question.kind == QuestionKind.TEXT],
        "form": marked(form),
        "cross": cross,
        "smallest_group": SMALLEST_GROUP,
        "method": gettext(METHOD),
    }
    return render(request, "analytics/survey.html", context)
