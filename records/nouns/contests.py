"""Contests: their terms, how many entered, and the drawing."""

from typing import Any

from privacy.models import User
from privacy.roles import Permit
from records.contests import is_over, shut, standing, why_not
from records.forms.contest import ContestForm
from records.listing import Column, Kind
from records.models import Contest, Drawing
from records.nouns.base import Action, Noun, Page


def numbers(user: User, contest: Contest) -> dict[str, Any]:
    """Numbers alone, of nobody in particular."""
    drawing = Drawing.objects.filter(contest=contest).defer("file").first()
    may_draw = user.has_permit(Permit.KEEP_PROGRAMMES) and not why_not(contest)
    reason = shut(contest)
    return {
        "standing": standing(contest),
        "drawing": drawing,
        "may_draw": may_draw,
        "is_over": is_over(contest),
        "shut": reason.value if reason else "",
    }


NOUN = Noun(
    slug="contests",
    singular="Contest",
    plural="Contests",
    model=Contest,
    form=ContestForm,
    see=(Permit.VIEW_PROGRAMMES,),
    keep=(Permit.KEEP_PROGRAMMES,),
    visible=lambda user: Contest.objects.select_related("survey"),
    columns=(
        Column("Name", "survey__name"),
        Column("Opens", "survey__opens_on", Kind.DATE),
        Column("Closes", "survey__closes_on", Kind.DATE),
        Column("Winners", "winners", Kind.COUNT),
        Column("Drawn", "drawing__drawn_at", Kind.MOMENT),
    ),
    sort="-survey__opens_on",
    facts=(
        "opens_on", "closes_on", "prizes", "rules", "conditions", "minimum_age", "states", "only_for", "winners",
        "alternates", "claim_days", "published_at", "seed_sha256", "rules_es", "prizes_es", "conditions_es",
    ),
    related=("survey",),
    search=("survey__name__istartswith", "survey__slug"),
    search_hint="How the name begins",
    about="Contests that customers enter, and that are drawn in a way that anyone can repeat.",
    more=numbers,
    actions=(
        Action("Publish", "contest_publish", lambda one: one.survey.published_at is None),
        Action("Take offline", "contest_unpublish", lambda one: one.survey.published_at is not None),
    ),
    templates={Page.ONE: "records/contest.html"},
)  # fmt: skip
