"""The life of a version that is drafted in the program: begun, changed, published, commented on, deferred, withdrawn.

Each act is checked here, and what the law fixes (30 days for comments, words that stay as they were published) by the
database as well. Source: 5 U.S.C. 552a(e)(4), (e)(11), (r).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from privacy.agency import agency_today
from privacy.drafts.beginning import begun
from privacy.drafts.contents import problems_of
from privacy.drafts.impact import obstacles
from privacy.drafts.printing import with_changes_said
from privacy.enums import DeterminationKind, DraftState
from privacy.ledger import statements
from privacy.models import NoticeComment, NoticeDetermination, NoticeDraft, User
from privacy.notice import in_force, versions
from privacy.notice.consistency import COMMENT_PERIOD_DAYS, Content
from privacy.notice.published import announce
from privacy.retention.signals import append
from privacy.wording import day


class Refused(Exception):
    """The act cannot be done. The message says why, and what to do."""


@dataclass(frozen=True)
class Publication:
    """That the version was printed: where, when, and from which day it is in force.

    `unreported_because` says why no report was due, where none was made.
    """

    citation: str
    published_on: date
    effective_on: date
    document_number: str = ""
    unreported_because: str = ""


def begin(by: User) -> NoticeDraft:
    """A draft of a new version, in the words of the one in force."""
    present = in_force()
    with transaction.atomic():
        draft = NoticeDraft.objects.create(base=present.version, content=begun(present), made_by=by, changed_by=by)
        _seal(draft, "begun", by)
    return draft


def change(draft: NoticeDraft, edit: Callable[[Content], Content], revision: int, by: User) -> NoticeDraft:
    """Change the words of a draft that is as it was at `revision`. Raises Refused."""
    with transaction.atomic():
        found = _locked(draft, DraftState.DRAFT)
        if found.revision != revision:
            raise Refused(
                gettext("%(name)s has changed the draft in the meantime: look at it again, then change it.")
                % {"name": found.changed_by.name}
            )
        found.content, found.revision = edit(found.content), revision + 1
        found.changed_by, found.changed_at = by, timezone.now()
        found.save()
        _seal(found, "changed", by)
    return found


def report(draft: NoticeDraft, congress_on: date | None, omb_on: date | None, by: User) -> None:
    """Write down when the version was reported. Raises Refused for a day to come, or one after its publication."""
    if any(day and day > agency_today() for day in (congress_on, omb_on)):
        raise Refused(gettext("A report cannot have gone out on a day in the future."))
    with transaction.atomic():
        found = NoticeDraft.objects.select_for_update(of=("self",)).get(pk=draft.pk)
        found.congress_on, found.omb_on = congress_on, omb_on
        # Where none was due, one may come late.
        if found.published_on is not None and not found.unreported_because:
            _check_reports(found, found.published_on, because="")
        found.save(update_fields=["congress_on", "omb_on"])
        _seal(found, "reported", by)


def publish(draft: NoticeDraft, said: Publication, by: User) -> NoticeDraft:
    """Record that the version was printed; it takes effect by itself on its day. Raises Refused."""
    with transaction.atomic():
        found = _locked(draft, DraftState.DRAFT)
        _check_days(said.published_on, said.effective_on)
        _check_reports(found, said.published_on, said.unreported_because)
        if wrong := [*map(str, problems_of(found)), *obstacles(found)]:
            raise Refused(" ".join(["It cannot take effect as it is.", *wrong]))
        found.content = with_changes_said(found)
        found.state, found.published_by = DraftState.PUBLISHED, by
        found.citation, found.document_number = said.citation.strip(), said.document_number.strip()
        found.published_on, found.effective_on = said.published_on, said.effective_on
        found.unreported_because = said.unreported_because.strip()
        found.save()
        _seal(found, "published", by, effective=said.effective_on.isoformat())
        transaction.on_commit(announce)
    return found


def _check_reports(found: NoticeDraft, published_on: date, because: str) -> None:
    """Raises Refused where Congress and OMB were not told before, and nothing says why they need not be.

    Source: 5 U.S.C. 552a(r): adequate advance notice of a significant change.
    """
    days = (found.congress_on, found.omb_on)
    if because.strip():
        if days != (None, None):
            raise Refused(gettext("A report is recorded: remove it, or leave out why none is required."))
        return
    if any(day is None for day in days):
        raise Refused(
            gettext(
                "Congress and OMB are notified before a significant change is published (5 U.S.C. 552a(r)): "
                "record both reports first, or state why none is required."
            )
        )
    if any(day and day > published_on for day in days):
        raise Refused(
            gettext("The reports go out before the publication of %(day)s, not after it.") % {"day": day(published_on)}
        )


def _check_days(published_on: date, effective_on: date) -> None:
    """Raises Refused where the version cannot take effect on that day."""
    today = agency_today()
    if published_on > today:
        raise Refused(gettext("It cannot have been published on a day in the future."))
    if effective_on < published_on + timedelta(days=COMMENT_PERIOD_DAYS):
        raise Refused(
            gettext(
                "A version takes effect %(days)s days after its publication at the earliest (5 U.S.C. 552a(e)(11)): "
                "on %(day)s."
            )
            % {
                "days": COMMENT_PERIOD_DAYS,
                "day": day(published_on + timedelta(days=COMMENT_PERIOD_DAYS)),
            }
        )
    if effective_on < today:
        raise Refused(
            gettext("That day has passed, and what was done under the present notice stands: enter today or later.")
        )
    taken = [one.effective for one in versions()]
    if effective_on in taken:
        raise Refused(
            gettext("Another version takes effect on %(day)s: two cannot be in force at once.")
            % {"day": day(effective_on)}
        )
    if effective_on < max(taken):
        raise Refused(
            gettext("The version of %(day)s comes after that day: change that one, or defer it.")
            % {"day": day(max(taken))}
        )


def defer(draft: NoticeDraft, effective_on: date | None, reason: str, by: User) -> NoticeDetermination:
    """A contrary determination: the version waits until another day, or until further notice. Raises Refused."""
    with transaction.atomic():
        found = _still_to_come(draft)
        if found.published_on is None:
            raise Refused(gettext("It is not published yet: there is nothing to defer."))
        if effective_on is not None:
            _check_days(found.published_on, effective_on)
        made = _determine(found, DeterminationKind.DEFER, reason, by, effective_on)
        found.effective_on = effective_on
        found.save(update_fields=["effective_on"])
        _seal(found, DeterminationKind.DEFER.value, by)
    return made


def withdraw(draft: NoticeDraft, reason: str, by: User) -> NoticeDetermination:
    """Give a version up that has not taken effect: a draft, or by a contrary determination. Raises Refused."""
    with transaction.atomic():
        found = _still_to_come(draft)
        made = _determine(found, DeterminationKind.WITHDRAW, reason, by, None)
        found.state = DraftState.WITHDRAWN
        found.save(update_fields=["state"])
        _seal(found, DeterminationKind.WITHDRAW.value, by)
    return made


def _still_to_come(draft: NoticeDraft) -> NoticeDraft:
    found = _locked(draft, DraftState.DRAFT, DraftState.PUBLISHED)
    if found.effective_on is not None and found.effective_on <= agency_today():
        raise Refused(gettext("It has taken effect: draft another version, which takes its place."))
    return found


def _determine(
    found: NoticeDraft, kind: DeterminationKind, reason: str, by: User, effective_on: date | None
) -> NoticeDetermination:
    if not reason.strip():
        raise Refused(gettext("State why: the determination stays on file."))
    transaction.on_commit(announce)
    return NoticeDetermination.objects.create(
        draft=found, kind=kind, reason=reason.strip(), made_by=by,
        was_effective_on=found.effective_on, effective_on=effective_on,
    )  # fmt: skip


def comment(draft: NoticeDraft, filed_as: str, received_on: date, gist: str, by: User) -> NoticeComment:
    """Write down a comment of the public. Raises Refused."""
    found = NoticeDraft.objects.get(pk=draft.pk)
    if found.published_on is None:
        raise Refused(gettext("Comments come once the version is published."))
    if not found.published_on <= received_on <= agency_today():
        raise Refused(gettext("A comment comes after publication, and not on a day in the future."))
    if found.comments.filter(filed_as=filed_as.strip()).exists():
        raise Refused(gettext("%(comment)s has already been entered.") % {"comment": filed_as.strip()})
    with transaction.atomic():
        made = NoticeComment.objects.create(
            draft=found, filed_as=filed_as.strip(), received_on=received_on, gist=gist.strip(), entered_by=by
        )
        _seal(found, "commented", by)
    return made


def answer(found: NoticeComment, text: str, by: User) -> None:
    """Answer a comment; a later answer takes the place of the one before. Raises Refused."""
    if not text.strip():
        raise Refused(gettext("Enter what the agency answers."))
    found.answer, found.answered_on, found.answered_by = text.strip(), agency_today(), by
    with transaction.atomic():
        found.save(update_fields=["answer", "answered_on", "answered_by"])
        _seal(found.draft, "answered", by)


def _seal(draft: NoticeDraft, act: str, by: User, **told: str) -> None:
    """Tell the ledger of the act, with the digest of all that the version says from now on."""
    as_it_is = NoticeDraft.objects.get(pk=draft.pk)
    digest = statements.digest(statements.of_notice(as_it_is))
    append(f"notice_{act}", str(draft.key), by=by.pk, digest=digest, **told)


def _locked(draft: NoticeDraft, *states: DraftState) -> NoticeDraft:
    """Raises Refused where it is in none of the states."""
    found = NoticeDraft.objects.select_for_update(of=("self",)).select_related("changed_by").get(pk=draft.pk)
    if found.state not in states:
        raise Refused(
            gettext("The version is now %(state)s: that can no longer be done.")
            % {"state": gettext(found.get_state_display()).lower()}
        )
    return found
