"""One's notifications: their page, the bell's count, and how one is mailed of them."""

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from privacy.access import Read
from privacy.bases import reading_of
from privacy.guards import signed_in
from privacy.models import Notification, User
from privacy.notifications import reading
from privacy.notifications.bell import MOST, count_of
from privacy.notifications.kinds import Line, lines_of
from privacy.notifications.making import bell_subject
from privacy.notifications.wishes import MailWishesForm
from privacy.places import declare_place
from privacy.refusing import Refused
from privacy.renewing.watching import leave, renewal_of, watch
from privacy.roles import SEES_CUSTOMERS
from privacy.ways_back import page_of_ours

PLACE = declare_place(
    "notifications",
    gettext_noop("A user's own notifications: who opened what they shared, who asked for what"),
    (1, 2, 18),
)
PAGE = 50


@require_safe
def notifications(request: HttpRequest) -> HttpResponse:
    """The newest first, all or the unread ones. Customers are named where the reader's purpose reaches them."""
    user = signed_in(request)
    watch(request, bell_subject(user.pk))
    is_unread = request.GET.get("show") == "unread"
    rows = reading.unread_of(user) if is_unread else reading.of(user)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "is_unread": is_unread, "unread": reading.unread_of(user).count()}
    try:
        with door(request, user) as read:
            lines = lines_of(user, list(page), names=read is not None)
            if read:
                read.count = len({line.person for line in lines.values() if line.person})
            return render(request, "privacy/notifications.html", {**context, "rows": with_words(page, lines)})
    except Refused as refusal:
        leave(request)
        lines = lines_of(user, list(page), names=False)
        context |= {"rows": with_words(page, lines), "refusal": str(refusal)}
        return render(request, "privacy/notifications.html", context)


def door(request: HttpRequest, user: User) -> AbstractContextManager[Read | None]:
    """The door to the customers who are named; none for whoever sees no customers."""
    sees = user.has_one_of(SEES_CUSTOMERS)
    return reading_of(request, PLACE) if sees else nullcontext()


def with_words(rows: Iterable[Notification], lines: dict[UUID, Line]) -> list[tuple[Notification, str]]:
    """Each row with what is said of it; nothing is said of what is no longer there."""
    return [(row, lines[row.id].text if row.id in lines else "") for row in rows]


@require_safe
def notification(request: HttpRequest, key: UUID) -> HttpResponse:
    """Leads to what it is about; it is read then. 404 for another's."""
    user = signed_in(request)
    found = get_object_or_404(reading.of(user), pk=key)
    reading.mark_read(user, [found.pk])
    return redirect(page_of_ours(found.address, reverse("notifications")))


@require_POST
def mark_read(request: HttpRequest) -> HttpResponse:
    """All of them."""
    count = reading.mark_read(signed_in(request))
    messages.success(request, _("All are marked as read.") if count else _("There was nothing unread."))
    return redirect("notifications")


@require_safe
def bell(request: HttpRequest) -> HttpResponse:
    """The count, for the bell of a page that is open; whoever comes by themselves is led to the notifications."""
    if renewal_of(request) is None:
        return redirect("notifications")
    user = signed_in(request)
    return render(request, "privacy/bell.html", {"count": count_of(request, user), "most": MOST})


@require_POST
def mail_wishes(request: HttpRequest) -> HttpResponse:
    """How one is mailed of each kind."""
    form = MailWishesForm(signed_in(request), request.POST)
    if form.is_valid():
        form.save()
        messages.success(request, _("Saved: you get mail this way from now on."))
    else:
        messages.error(request, _("Not saved: for each, choose at once, once a day or not by mail."))
    return redirect("account_settings")
