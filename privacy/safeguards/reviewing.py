"""The quarterly review of who has access to what: opened by the schedule, decided account by account, signed off.

What is revoked is closed when the review is signed, with its sessions. Nobody decides of their own account.
"""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from privacy.models import AccessReview, ReviewedAccount, User
from privacy.retention.signals import append
from privacy.roles import Role
from privacy.safeguards.enums import Verdict
from privacy.sessions import end_sessions_of

TO_DECIDE = timedelta(days=30)


class NotNow(ValueError):
    """It cannot be done as the review stands; the message says why and what to do."""


def quarter_start(day: date) -> date:
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def open_review(today: date) -> tuple[AccessReview, bool]:
    """The review of the quarter of a day, and whether it is new: each account that is open stands in it as it is."""
    with transaction.atomic():
        review, is_new = AccessReview.objects.get_or_create(
            quarter=quarter_start(today), defaults={"due_on": today + TO_DECIDE}
        )
        if is_new:
            accounts = User.objects.open().prefetch_related("groups").order_by("name", "pk")
            ReviewedAccount.objects.bulk_create([_as_it_is(review, account) for account in accounts])
            append("access_review_opened", str(review.pk))
    return review, is_new


def _as_it_is(review: AccessReview, account: User) -> ReviewedAccount:
    names = {group.name for group in account.groups.all()}
    return ReviewedAccount(
        review=review,
        account=account,
        roles=[role.value for role in Role if role.value in names],
        last_sign_in=account.last_login,
        contract_number=account.contract_number,
        contract_ends_on=account.contract_ends_on,
    )


def decide(line: ReviewedAccount, verdict: Verdict, reason: str, by: User) -> None:
    """Say of an account whether its access stays; otherwise until the review is signed. Raises NotNow."""
    if line.account_id == by.pk:
        raise NotNow(gettext("This is your own account: someone else must decide on it."))
    if verdict == Verdict.REVOKE and not reason.strip():
        raise NotNow(gettext("State why the access is revoked."))
    with transaction.atomic():
        if not AccessReview.objects.select_for_update().filter(pk=line.review_id, signed_at=None).exists():
            raise NotNow(gettext("This review is signed: it can no longer be changed."))
        decided = {"decided_by": by, "decided_at": timezone.now()} if verdict else {}
        undone = {"decided_by": None, "decided_at": None}
        ReviewedAccount.objects.filter(pk=line.pk).update(verdict=verdict, reason=reason.strip(), **(decided or undone))


def sign(review: AccessReview, by: User) -> int:
    """Sign it off: what is revoked is closed. Returns how many accounts were. Raises NotNow."""
    with transaction.atomic():
        found = AccessReview.objects.select_for_update().get(pk=review.pk)
        if not found.is_open:
            raise NotNow(gettext("This review is signed already."))
        waiting = found.accounts.filter(verdict=Verdict.NONE, account__is_active=True).count()
        if waiting:
            said = ngettext(
                "%(count)s account still needs a decision.", "%(count)s accounts still need a decision.", waiting
            )
            raise NotNow(said % {"count": waiting})
        revoked = list(found.accounts.filter(verdict=Verdict.REVOKE).values_list("account", flat=True))
        if by.pk in revoked:
            raise NotNow(gettext("This review revokes your own access: someone else must sign it."))
        User.objects.filter(pk__in=revoked).update(is_active=False)
        AccessReview.objects.filter(pk=found.pk).update(signed_by=by, signed_at=timezone.now())
        append("access_review_signed", str(found.pk), by=by.pk, revoked=len(revoked))
    if revoked:
        end_sessions_of(User.objects.filter(pk__in=revoked))
    return len(revoked)
