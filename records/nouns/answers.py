"""The answers of a submission."""

from privacy.roles import Permit
from records.forms.survey import AnswerForm
from records.listing import Column
from records.models import Answer
from records.nouns.base import Noun, Page
from records.programmes import taking_part

NOUN = Noun(
    slug="answers",
    singular="Answer",
    plural="Answers",
    model=Answer,
    form=AnswerForm,
    see=(Permit.VIEW_PROGRAMMES,),
    keep=(Permit.KEEP_PROGRAMMES,),
    visible=taking_part(Answer, "submission__customer"),
    columns=(Column("Question", "question"), Column("Answer", "value")),
    sort="question",
    parent="submission",
    related=("question", "submission__customer"),
    pages=frozenset({Page.EDIT, Page.HISTORY}),
    about="Nothing was answered.",
)
