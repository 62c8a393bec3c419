"""Studies: what they are for, their sessions, how many take part, and what was learnt by topic."""

from typing import Any

from privacy.models import User
from privacy.roles import Permit
from records import research
from records.enums import StudyKind
from records.forms.research import StudyForm
from records.listing import Column, Kind
from records.models import Study
from records.nouns import study_sessions
from records.nouns.base import Action, Noun, Page


def more(user: User, study: Study) -> dict[str, Any]:
    """Numbers alone, of nobody in particular. Small groups are hidden from whoever may not see people."""
    reason = research.shut(study)
    return {
        "numbers": research.numbers(study),
        "topics": research.topics_of(study, user),
        "shut": reason.value if reason else "",
        "keeps": user.has_permit(Permit.KEEP_PROGRAMMES),
        "meetings": study_sessions.visible(user).filter(study=study).select_related("study"),
    }


NOUN = Noun(
    slug="studies",
    singular="Study",
    plural="Studies",
    model=Study,
    form=StudyForm,
    see=(Permit.VIEW_PROGRAMMES,),
    keep=(Permit.KEEP_PROGRAMMES,),
    visible=lambda user: Study.objects.all(),
    columns=(
        Column("Name", "name"),
        Column("Kind", "kind", words=dict(StudyKind.choices)),
        Column("Stipend", "stipend", Kind.MONEY),
        Column("Published", "published_at", Kind.MOMENT),
        Column("Made", "created_at", Kind.MOMENT),
    ),
    sort="-created_at",
    facts=(
        "kind", "purpose", "consent_text", "places", "stipend", "time_zone", "published_at", "name_es", "purpose_es",
        "spanish_consent", "slug",
    ),
    search=("name__istartswith", "slug"),
    search_hint="How the name begins",
    about="Focus groups, interviews, diaries, observational studies, prototype assessments and A/B comparison tests.",
    more=more,
    actions=(
        Action("Publish", "study_publish", lambda one: one.published_at is None),
        Action("Take offline", "study_unpublish", lambda one: one.published_at is not None),
    ),
    templates={Page.ONE: "records/study.html"},
)  # fmt: skip
