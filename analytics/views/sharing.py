"""Sharing with customers: choose what and how, see who gets it and who is left out, done, undo.

The customers are those ticked in their list, all that its filters choose, the one whose page it was asked from, those
whose IDs are typed in, or those of a saved audience, of whom counts alone are shown.
"""

from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import cached_property
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from analytics.places import SHARING
from analytics.views.assigning import chosen_customers, kept_choice
from campaigns.audiences import BadConditions, customers_in, lists_in, those_who_left
from campaigns.eventlog import BatchTooLarge
from campaigns.forms.recipients import NumbersForm
from campaigns.forms.shares import PresetForm, ShareForm, UsePresetForm, days_until
from campaigns.leaving_out import LeftOut
from campaigns.models import Audience, Material, Share
from campaigns.presets import OPTIONS, filled_in, presets_of
from campaigns.reaching import counted, reached
from campaigns.sharing import NotOffered, Preview, Shared, preview, share
from privacy.bases import reading_of
from privacy.enums import KeyKind
from privacy.guards import permit_required, require, signed_in
from privacy.roles import SEES_CUSTOMERS, Permit
from records import figures
from records.models import Customer, CustomerQuerySet, MailingList

LONGEST_NUMBER = 18  # digits of a database key


@dataclass(frozen=True)
class Chosen:
    """With whom: the customers, by which key they were looked up, and by which list they were chosen, if by one.

    Of an `audience` nobody is shown by name: whoever plans campaigns sees no customers.
    """

    customers: CustomerQuerySet
    key: KeyKind
    mailing_list: MailingList | None
    kept: list[tuple[str, str]]
    audience: Audience | None = None

    @cached_property
    def only(self) -> Customer | None:
        """Who it is, where it is one."""
        if self.audience:
            return None
        found = list(self.customers[:2])
        return found[0] if len(found) == 1 else None


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(Permit.SHARE_MATERIALS)
def new_shares(request: HttpRequest) -> HttpResponse:
    """The steps are told apart by what is sent: customers alone, then what and how, then the confirmation.

    Each shows counts, and one customer by name; yet goes through the door: whether somebody is there is told by both.
    """
    if "audience" in request.GET or "audience" in request.POST:
        require(signed_in(request), Permit.KEEP_CAMPAIGNS)
    else:
        require(signed_in(request), *SEES_CUSTOMERS)
    numbers = NumbersForm(signed_in(request), request.POST if "numbers" in request.POST else None)
    chosen = chosen_by(request, numbers)
    shows_nobody = bool(chosen and chosen.audience)
    key = chosen.key if chosen else KeyKind.LIST
    with nullcontext() if shows_nobody else reading_of(request, SHARING, key) as read:
        count = chosen.customers.count() if chosen else 0
        if read:
            read.count = count
        if request.method == "POST" and "channel" in request.POST and "action" not in request.POST:
            return share_or_ask(request, chosen, numbers, count)
        if request.method == "POST" and chosen and not count:
            messages.warning(
                request, _("No customer was ticked. Tick the rows to share with, or choose all of the list.")
            )
            return redirect("customers")
        if request.POST.get("action") == "save":
            save_preset(request)
        return form_page(request, filled_form(request), chosen, numbers, count)


def chosen_by(request: HttpRequest, numbers: NumbersForm) -> Chosen | None:
    """Whom the request names; None where it names nobody yet, or nobody who can be found."""
    if "audience" in request.GET or "audience" in request.POST:
        return of_audience(request)
    if request.method != "POST":
        return of_address(request) if "key" in request.GET else None
    if "numbers" in request.POST:
        if not numbers.is_valid():
            return None
        kept = [("numbers", request.POST["numbers"])]
        return Chosen(numbers.customers, KeyKind.CUSTOMER_ID, None, kept)
    if not any(name in request.POST for name in ("key", "all", "filters")):
        return None
    customers, key = chosen_customers(request)
    return Chosen(customers, key, list_of(request.POST.get("filters", "")), kept_choice(request))


def of_address(request: HttpRequest) -> Chosen:
    """The one customer whom the address names, as their page's button does."""
    try:
        key = UUID(request.GET["key"])
    except ValueError as error:
        raise BadRequest(_("That is no customer.")) from error
    customers = Customer.objects.visible_to(signed_in(request)).filter(key=key)
    return Chosen(customers, KeyKind.CUSTOMER_ID, None, [("key", str(key))])


def of_audience(request: HttpRequest) -> Chosen:
    """All who meet what the audience asks, whoever's customers they are. Raises Http404 and BadRequest."""
    number = request.POST.get("audience", "") or request.GET.get("audience", "")
    if not number.isdecimal() or len(number) > LONGEST_NUMBER:
        raise BadRequest(_("That is no audience."))
    audience = get_object_or_404(Audience, pk=number)
    try:
        customers = customers_in(audience.conditions)
    except BadConditions as problem:
        raise BadRequest(
            _("The audience “%(name)s” makes no sense any more. %(problem)s")
            % {"name": audience.name, "problem": problem}
        ) from problem
    return Chosen(customers, KeyKind.LIST, None, [("audience", number)], audience)


def list_of(filters: str) -> MailingList | None:
    """The mailing list by which the list of customers was narrowed, if it was."""
    slug = QueryDict(filters).get("list", "")
    return MailingList.objects.filter(slug=slug).first() if slug else None


def filled_form(request: HttpRequest) -> ShareForm:
    """The form as it was filled in so far, with the options of the preset that was chosen, if one was."""
    given = request.POST if request.method == "POST" else request.GET
    initial = {name: given[name] for name in ShareForm.base_fields if name in given}
    use = UsePresetForm(signed_in(request), given if "preset" in given else None)
    if use.is_valid():
        initial |= filled_in(use.cleaned_data["preset"])
    return ShareForm(initial=initial)


def save_preset(request: HttpRequest) -> None:
    """Keep the options as they are filled in, under the name beside them; the page says what came of it."""
    options = {name: request.POST[name] for name in OPTIONS if name in request.POST}
    days = days_until(request.POST.get("expires_on", ""))
    name = request.POST.get("preset_name", "")
    form = PresetForm(signed_in(request), {"name": name, "expires_after_days": days, **options})
    if form.is_valid():
        form.save()
        messages.success(request, _("Kept as the preset “%(name)s”.") % {"name": form.instance.name})
    else:
        why = " ".join(map(str, form.errors.get("name", [])))
        messages.error(request, _("The preset was not kept. %(why)s") % {"why": why})


def form_page(
    request: HttpRequest, form: ShareForm, chosen: Chosen | None, numbers: NumbersForm, count: int, problem: str = ""
) -> HttpResponse:
    context = {
        "form": form,
        "numbers": None if chosen and "numbers" not in request.POST else numbers,
        "chosen": chosen,
        "count": count,
        "presets": presets_of(signed_in(request)),
        "problem": problem,
        "has_materials": Material.objects.offered().exists(),
    }
    is_wrong = form.is_bound or numbers.errors
    return render(request, "campaigns/share_new.html", context, status=422 if is_wrong else 200)


def share_or_ask(request: HttpRequest, chosen: Chosen | None, numbers: NumbersForm, count: int) -> HttpResponse:
    """Ask first, with who gets it and who does not; share where that is what was confirmed."""
    form = ShareForm(request.POST)
    if not form.is_valid() or chosen is None or not count:
        problem = "" if (chosen and count) or numbers.errors else _("Say with whom: nobody is chosen yet.")
        return form_page(request, form, chosen, numbers, count, problem)
    try:
        return shared_or_asked(request, form, chosen)
    except (BatchTooLarge, NotOffered) as refusal:
        return form_page(request, form, chosen, numbers, count, str(refusal))


def shared_or_asked(request: HttpRequest, form: ShareForm, chosen: Chosen) -> HttpResponse:
    user, material, again = signed_in(request), form.cleaned_data["material"], form.cleaned_data["again"]
    how = {"mailing_list": chosen.mailing_list, "again": again, "by_audience": chosen.audience is not None}
    customers, left_out = met(chosen, form)
    seen = preview(material, customers, user, form.options, **how)
    seen = replace(seen, left_out=added(left_out, seen.left_out))
    # The customers may have changed since the page was shown: whoever confirms has seen this very count.
    if request.POST.get("confirmed") != str(seen.reached) or not seen.reached:
        return confirm_page(request, form, chosen, seen)
    made = share(material, customers, user, form.options, **how)
    return tell(request, replace(made, left_out=added(left_out, made.left_out)))


def met(chosen: Chosen, form: ShareForm) -> tuple[CustomerQuerySet, dict[LeftOut, int]]:
    """Whom to share with, and how many were left out before. An audience may be about several lists: who has left
    them, or is kept out of one, is found as for a campaign (campaigns.reaching)."""
    if not chosen.audience:
        return chosen.customers, {}
    conditions, channels = chosen.audience.conditions, [form.options.channel]
    lists, left = lists_in(conditions), those_who_left(conditions)
    reach = counted(chosen.customers, channels, lists, left)
    people = Customer.objects.filter(pk__in=reached(chosen.customers, channels, lists, left).values("pk"))
    return people, {LeftOut(why): count for why, count in reach.left_out.items()}


def added(one: dict[LeftOut, int], other: dict[LeftOut, int]) -> dict[LeftOut, int]:
    """The numbers of both, in the order of the reasons."""
    return {why: count for why in LeftOut if (count := one.get(why, 0) + other.get(why, 0))}


def confirm_page(request: HttpRequest, form: ShareForm, chosen: Chosen, seen: Preview) -> HttpResponse:
    context = {
        "form": form,
        "chosen": chosen,
        "seen": seen,
        "left_out": [(_(reason.label), count) for reason, count in seen.left_out.items()],
        **form.cleaned_data,
        "way": dict(form.fields["channel"].choices)[form.cleaned_data["channel"]],  # type: ignore[attr-defined]
    }
    return render(request, "campaigns/share_confirm.html", context)


def tell(request: HttpRequest, made: Shared) -> HttpResponse:
    """To the links, saying what was done. Where the last of them were shared with meanwhile there are none."""
    left_out = sum(made.left_out.values())
    words = _("Shared with %(customers)s; %(left_out)s left out.") % {
        "customers": figures.plural(made.made, "customer"),
        "left_out": figures.count(left_out),
    }
    if made.batch is None:
        messages.warning(request, words)
        return redirect("shares")
    messages.success(request, words)
    if made.made == 1:
        return redirect("share", Share.objects.get(batch=made.batch).key)
    return redirect("shares_made", made.batch.pk)
