"""Publications as customers find, order, confirm, change and end them: the catalogue, each publication's own address, a
share's link, and everybody's own page. No account, and no script.

At a publication's address everybody reads the same answer, whether they get it already or not: that stands in the
letter, so that nobody learns here who gets what. Opening a link changes nothing, for mail scanners open every one.
"""

from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from campaigns import carrying
from campaigns.agents import signals_of
from campaigns.doors import at_door, for_recipient, personal
from campaigns.languages import keep_under, language_of, shown
from campaigns.mailing.leaving import ONE_CLICK
from campaigns.models import Share
from campaigns.opening import TOKEN, Door, Opened
from campaigns.programmes import subscribing
from campaigns.programmes.order_forms import DestinationForm, OrderForm, StrangerOrderForm
from campaigns.programmes.public_forms import campaign_of, is_sent, not_taken, said_of_unknown, sent, way_of
from campaigns.programmes.publication_letters import kept_until, money_of
from campaigns.programmes.stating import ORDER, PAID_ORDER
from campaigns.programmes.telling import Way
from campaigns.tasks.letters import write_waiting_soon
from privacy.statement import statement_for
from privacy.tries import Refusals
from records import publications
from records.enums import OrderState
from records.models import POSTAL, Customer, ListMembership, Publication, PublicationOrder
from records.paying.adapter import page_origins
from records.publications import publication_of

both = require_http_methods(["GET", "HEAD", "POST"])
# So many orders from one address within the hour; an office may share one.
begun = Refusals(most=60, seconds=3600)
LEAVES = {"leave": ["1"]}


@login_not_required
@require_safe
def publications_open(request: HttpRequest) -> HttpResponseBase:
    """The catalogue. One query."""
    language = language_of(request).value
    found = [(one, *_described(one, language)) for one in publications.catalogue()]
    answer = shown(request, "viewer/publications.html", {"found": found, "campaign": campaign_of(request)})
    keep_under(request, answer, request.path)
    return personal(answer)


@csrf_exempt
@login_not_required
@both
def publication_open(request: HttpRequest, slug: str) -> HttpResponseBase:
    publication = publications.catalogue().filter(slug=slug).first()
    if publication is None:
        return personal(at_door(request, Opened(Door.CLOSED)))
    return personal(_ordered(request, publication, way_of(request, None)))


@both
@for_recipient
def share_publication(request: HttpRequest, opened: Opened) -> HttpResponseBase:
    """The publication to which the link of a share leads: who subscribes to it is led to their own page. Whoever is
    not known for its recipient orders as anybody does, and learns nothing of the recipient."""
    share = opened.share
    rows = Publication.objects.select_related("mailing_list").exclude(published_at=None)
    publication = rows.filter(material=share.material_id).first()
    if publication is None:
        return at_door(request, Opened(Door.CLOSED))
    way = way_of(request, opened)
    customer = way.known
    if customer and request.method != "POST" and not publication.takes_orders:
        known = publications.subscription_of(publication, customer)
        if known:
            return redirect("publication_own", token=known.token)
    return _ordered(request, publication, way, opened)


def _ordered(request: HttpRequest, publication: Publication, way: Way, opened: Opened | None = None) -> HttpResponse:
    share, known = way.share, way.known
    if is_sent(request):
        return _page(request, publication, "viewer/publication_sent.html", share)
    form = _order_form(request, publication, share, known)
    show = partial(_asked, request, publication, share, form, **said_of_unknown(opened, way))
    if answer := not_taken(request, form, show, begun, is_known=known is not None):
        return answer
    if known is None:
        subscribing.ask(publication, form.cleaned_data["email"], form.wanted, way)
        write_waiting_soon()
        return sent(request)
    made, _is_new = subscribing.order_now(publication, known, form.wanted, way)
    write_waiting_soon()
    return redirect("publication_own", token=made.token)


# One's own ------------------------------------------------------------------------------------------------------------


@csrf_exempt
@login_not_required
@both
def publication_own(request: HttpRequest, token: str) -> HttpResponseBase:
    """How it stands: confirmed here, changed, and ended."""
    found = publications.of_token(token) if TOKEN.fullmatch(token) else None
    return personal(_own_page(request, found) if found else at_door(request, Opened(Door.CLOSED)))


def _own_page(request: HttpRequest, found: subscribing.Ordered) -> HttpResponse:
    if request.method != "POST":
        return _own_shown(request, found, _own_form(request, found))
    if "confirm" in request.POST:  # of what is a subscription already, another tab was first
        return _confirmed(request, found) if isinstance(found, PublicationOrder) else redirect(request.path)
    if "leave" in request.POST or "cancel" in request.POST:
        if subscribing.end(found):
            write_waiting_soon()
        return redirect(request.path)
    if "again" in request.POST:
        return _again(request, found) if isinstance(found, ListMembership) else redirect(request.path)
    form = _own_form(request, found, request.POST)
    if not form.is_valid():
        return _own_shown(request, found, form, status=422)
    is_kept = publications.change(found, form.wanted)
    return redirect(f"{request.path}?kept=1" if is_kept else request.path)


def _confirmed(request: HttpRequest, found: PublicationOrder) -> HttpResponse:
    try:
        made = subscribing.confirm(found, signals_of(request))
    except PublicationOrder.DoesNotExist:  # confirmed in another tab
        return redirect(request.path)
    write_waiting_soon()
    return redirect("publication_own", token=made.token)


def _again(request: HttpRequest, found: ListMembership) -> HttpResponse:
    """Subscribe once more, as it was before, at the same e-mail address."""
    publication = publication_of(found)
    if publication.published_at is None or not publication.takes_subscriptions:
        return redirect(request.path)
    way = Way(language=language_of(request).value)
    wanted = publications.wanted_of(found)
    made, _is_new = subscribing.order_now(publication, found.customer, wanted, way, email=found.address)
    write_waiting_soon()
    return redirect("publication_own", token=made.token)


@csrf_exempt  # mailboxes post without a cookie (RFC 8058, 3.1); the address itself is the secret
@login_not_required
@both
def publication_leave(request: HttpRequest, token: str) -> HttpResponseBase:
    """Where letters' headers lead: the page to see and end it; a mailbox's own POST ends it at once."""
    found = publications.of_token(token) if TOKEN.fullmatch(token) else None
    if not isinstance(found, ListMembership):
        return personal(at_door(request, Opened(Door.CLOSED)))
    if request.method != "POST":
        return personal(redirect("publication_own", token=token))
    if dict(request.POST.lists()) not in (ONE_CLICK, LEAVES) or request.FILES:
        return personal(_own_shown(request, found, _own_form(request, found), status=400))
    publications.leave(found)
    found.refresh_from_db()
    return personal(_own_shown(request, found, _own_form(request, found)))


def _own_shown(
    request: HttpRequest, found: subscribing.Ordered, form: DestinationForm, *, status: int = 200
) -> HttpResponse:
    publication = publication_of(found)
    if isinstance(found, ListMembership):
        state = "ended" if found.until else "subscribed"
    else:
        state = "asked" if found.stands is OrderState.UNCONFIRMED else found.stands.value
    more = {
        "state": state,
        "kind": publications.wanted_of(found).kind.value,
        "found": found,
        "form": form if publications.may_change(found) else None,
        "own": reverse("publication_own", args=[found.token]),
        "may_again": state == "ended" and bool(publication.published_at) and publication.takes_subscriptions,
        "is_kept": "kept" in request.GET,
        **_money(request, found),
    }
    answer = _page(request, publication, "viewer/publication_own.html", None, status=status, **more)
    if state == OrderState.HELD:
        # Its button leads on to the provider's page, which browsers take for where the form goes.
        setattr(answer, "_csp_update", {"form-action": page_origins()})  # noqa: B010  # django-csp's own way
    return answer


def _money(request: HttpRequest, found: subscribing.Ordered) -> dict[str, Any]:
    """What one's own page says of an order that costs something, and until when it is kept while it is paid."""
    if isinstance(found, ListMembership) or found.amount is None:
        return {"act_statement": statement_for(ORDER)}
    with translation.override(language_of(request).value):
        said = {"money": money_of(found), "kept_until": kept_until(found), "is_lapsed": found.is_lapsed}
    return {**said, "amount": f"{found.amount:.2f}", "act_statement": statement_for(PAID_ORDER)}


# Pages ----------------------------------------------------------------------------------------------------------------


def _order_form(
    request: HttpRequest, publication: Publication, share: Share | None, known: Customer | None
) -> OrderForm:
    with translation.override(language_of(request, share).value):
        kind = StrangerOrderForm if known is None else OrderForm
        made = kind(publication, carrying.sent_to(request), has_address=_has_address(known))
        carrying.fill(made, request)
        made.is_valid()
    return made


def _own_form(request: HttpRequest, found: subscribing.Ordered, data: Any = None) -> DestinationForm:
    """What they typed themselves. An address that is known otherwise is not shown: a link may be passed on."""
    typed = {name: getattr(found, name) for name in ("way", "copies", "addressee", *POSTAL)}
    with translation.override(language_of(request).value):
        known = {"has_address": _has_address(found.customer), "asks_copies": not _costs(found)}
        made = DestinationForm(publication_of(found), data, initial=typed, **known)
        made.is_valid()
    return made


def _costs(found: subscribing.Ordered) -> bool:
    return isinstance(found, PublicationOrder) and found.amount is not None


def _has_address(customer: Customer | None) -> bool:
    return bool(customer and customer.street and customer.postal_code)


def _asked(
    request: HttpRequest,
    publication: Publication,
    share: Share | None,
    form: OrderForm,
    *,
    status: int = 200,
    **said: Any,
) -> HttpResponse:
    more = {"form": form, "campaign": campaign_of(request), **said}
    return _page(request, publication, "viewer/publication.html", share, status=status, **more)


def _page(
    request: HttpRequest,
    publication: Publication,
    template: str,
    share: Share | None,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    name, description, how_often = _described(publication, language_of(request, share).value)
    known = {
        "publication": publication,
        "share": share,
        "name": name,
        "description": description,
        "how_often": how_often,
        "act_statement": statement_for(PAID_ORDER if publication.price else ORDER),
    }
    answer = shown(request, template, {**known, **more}, share=share, status=status)
    if share is None:
        keep_under(request, answer, request.path)
    return answer


def _described(publication: Publication, language: str) -> tuple[str, str, str]:
    return publication.name_in(language), publication.description_in(language), publication.how_often_in(language)
