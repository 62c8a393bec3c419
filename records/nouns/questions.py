"""The questions of a survey, in their order."""

from django.db.models import Exists, OuterRef, QuerySet

from privacy.models import User
from privacy.roles import Permit
from records.forms.question import QuestionForm
from records.listing import Column
from records.models import Question
from records.nouns.base import CHILD_PAGES, Action, Noun


def visible(user: User) -> "QuerySet[Question]":
    """All of them, each with whether another one follows."""
    later = Question.objects.filter(survey=OuterRef("survey"), number__gt=OuterRef("number"))
    return Question.objects.annotate(has_next=Exists(later))


NOUN = Noun(
    slug="questions",
    singular="Question",
    plural="Questions",
    model=Question,
    form=QuestionForm,
    see=(Permit.VIEW_PROGRAMMES,),
    keep=(Permit.KEEP_PROGRAMMES,),
    visible=visible,
    columns=(
        Column("No.", "number"),
        Column("Question", "text"),
        Column("Kind", "kind"),
        Column("Possible answers", "choices"),
        Column("Kind of survey data", "element_label"),
    ),
    sort="number",
    parent="survey",
    related=("survey",),
    pages=CHILD_PAGES,
    actions=(
        Action("Up", "question_up", lambda question: question.number > 1),
        Action("Down", "question_down", lambda question: question.has_next),
        Action("Remove", "question_remove"),
    ),
    about="Nothing is asked yet.",
)
