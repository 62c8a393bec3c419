"""The Privacy Act statement of a form that collects from an individual. Source: 5 U.S.C. 552a(e)(3): the authority,
whether giving is mandatory or voluntary, the principal purposes, the routine uses, and what follows from not giving.

Authority, purposes and routine uses are the notice's own data; what is voluntary, and what follows, is the form's.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from privacy.notice import Notice, Purpose, RoutineUse, in_force


@dataclass(frozen=True)
class Collecting:
    """A form that collects: for what, the categories of records that it fills, what is voluntary, what follows from not
    giving."""

    name: str
    for_what: str
    categories: tuple[int, ...]
    is_voluntary: str
    effects: str


@dataclass(frozen=True)
class Statement:
    collecting: Collecting
    notice: Notice
    purposes: tuple[Purpose, ...]
    routine_uses: tuple[RoutineUse, ...]


REQUEST = Collecting(
    "A request under the Privacy Act",
    _("find the records that you ask about, verify who you are, and answer you (5 U.S.C. 552a(d))."),
    (1,),
    _("Providing this is voluntary."),
    _("Without your name and address we cannot look for records about you, and cannot answer."),
)


def statement_for(collecting: Collecting) -> Statement:
    """By the notice in force: the purposes that the form's records serve, and the routine uses that apply."""
    notice = in_force()
    purposes = tuple(one for one in notice.purposes if set(collecting.categories) & set(one.categories))
    return Statement(collecting, notice, purposes, tuple(one for one in notice.routine_uses if one.applies))
