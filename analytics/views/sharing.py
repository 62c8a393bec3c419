"""Sharing with customers: choose with whom, what and how, see who gets it and who is left out, done, undo.

The customers are those ticked in their list, all that its filters choose, the one whose page it was asked from, those
who are found and picked here or whose IDs are listed, or those of a saved audience, of whom counts alone are shown.
"""

from contextlib import nullcontext
from dataclasses import dataclass, replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from analytics.jumping import SHORTEST
from analytics.left_out_people import people_left_out
from analytics.places import SHARING
from analytics.recipients import Found, note_of
from analytics.views.sharing_with import ADD, FIND, REMOVE, Chosen, chosen_by, found_by, is_of_audience, numbers_form
from campaigns.audiences import lists_in, those_who_left
from campaigns.eventlog import BatchTooLarge
from campaigns.forms.recipients import NumbersForm
from campaigns.forms.shares import PresetForm, ShareForm, UsePresetForm, days_until
from campaigns.leaving_out import LeftOut
from campaigns.models import Material, Share
from campaigns.presets import OPTIONS, filled_in, presets_of
from campaigns.reaching import counted, reached
from campaigns.sharing import NotOffered, Preview, Shared, preview, share
from privacy.bases import reading_of
from privacy.enums import KeyKind
from privacy.guards import permit_required, require, signed_in
from privacy.roles import SEES_CUSTOMERS, Permit
from privacy.sent_once import nothing_saved
from records import figures
from records.models import Customer, CustomerQuerySet


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(Permit.SHARE_MATERIALS)
def new_shares(request: HttpRequest) -> HttpResponse:
    """The steps are told apart by what is sent: customers alone, then what and how, then the confirmation.

    Each shows counts, and by name those who were picked; so it goes through the door, as does each look-up before.
    """
    permits = (Permit.KEEP_CAMPAIGNS,) if is_of_audience(request) else SEES_CUSTOMERS
    require(signed_in(request), *permits)
    found = looked_for(request)
    numbers = numbers_form(request)
    chosen = chosen_by(request, numbers, found)
    shows_nobody = bool(chosen and chosen.audience)
    key = chosen.key if chosen else KeyKind.LIST
    with nullcontext() if shows_nobody else reading_of(request, SHARING, key) as read:
        count = chosen.customers.count() if chosen else 0
        if read:
            read.count = count
        return step(request, Picking(chosen, numbers, count, found))


def looked_for(request: HttpRequest) -> Found | None:
    """Whom the text of the picker finds. What was typed, and nobody chosen by it, is looked for whichever button was
    pressed: it would be lost."""
    text = request.POST.get(FIND, "").strip()
    is_asked = bool(text) or request.POST.get("action") == FIND
    return found_by(request, text) if is_asked and not picks(request) else None


def picks(request: HttpRequest) -> bool:
    """Whether one was added or taken out: nothing else of the form is looked at then."""
    return ADD in request.POST or REMOVE in request.POST


@dataclass(frozen=True)
class Picking:
    """With whom, so far: who is chosen and how many, the list of IDs as it was sent, and who was just found."""

    chosen: Chosen | None
    numbers: NumbersForm
    count: int
    found: Found | None = None

    @property
    def is_open(self) -> bool:
        """Whether it can be changed on the page: not of all that a list's filters choose, nor of an audience."""
        return self.chosen is None or self.chosen.picked is not None

    @property
    def people(self) -> list[Customer]:
        return (self.chosen.picked if self.chosen else None) or []

    @property
    def named(self) -> list[tuple[Customer, str]]:
        """Who is chosen, each with what tells them from others of the name."""
        return [(one, note_of(one)) for one in self.people]

    @property
    def offered(self) -> list[tuple[Customer, str]]:
        """Who was found and is not chosen yet, each with what tells them from others of the name."""
        if not self.found or self.found.is_list:
            return []
        return [(one, note_of(one)) for one in self.found.people if one not in self.people]

    @property
    def text(self) -> str:
        """What is left in the field: of a list the entries that name nobody."""
        return ", ".join(self.found.unknown) if self.found else ""


def step(request: HttpRequest, picking: Picking) -> HttpResponse:
    action = request.POST.get("action", "")
    if action == "save":
        save_preset(request)
    if request.method != "POST" or picks(request) or picking.found or action:
        return form_page(request, filled_form(request), picking)
    if "channel" in request.POST:
        return share_or_ask(request, picking)
    if picking.chosen and not picking.count:
        messages.warning(
            request, _("No customer was selected. Select the rows to share with, or choose the whole list.")
        )
        return redirect("customers")
    return form_page(request, filled_form(request), picking)


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
        messages.success(request, _("Saved as the preset “%(name)s”.") % {"name": form.instance.name})
    else:
        why = " ".join(map(str, form.errors.get("name", [])))
        messages.error(request, _("The preset was not saved. %(why)s") % {"why": why})


def form_page(request: HttpRequest, form: ShareForm, picking: Picking, problem: str = "") -> HttpResponse:
    context = {
        "form": form,
        "picking": picking,
        "chosen": picking.chosen,
        "count": picking.count,
        "presets": presets_of(signed_in(request)),
        "problem": problem,
        "lacks_people": form.is_bound and not picking.count and not picking.numbers.errors,
        "has_materials": Material.objects.offered().exists(),
        "shortest": SHORTEST,
    }
    is_wrong = form.is_bound or picking.numbers.errors
    return render(request, "campaigns/share_new.html", context, status=422 if is_wrong else 200)


def share_or_ask(request: HttpRequest, picking: Picking) -> HttpResponse:
    """Ask first, with who gets it and who does not; share where that is what was confirmed."""
    form, chosen = ShareForm(request.POST), picking.chosen
    if not form.is_valid() or chosen is None or not picking.count or picking.numbers.errors:
        return form_page(request, form, picking)
    try:
        return shared_or_asked(request, form, chosen)
    except (BatchTooLarge, NotOffered) as refusal:
        return form_page(request, form, picking, str(refusal))


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
    material: Material = form.cleaned_data["material"]
    context = {
        "form": form,
        "chosen": chosen,
        "seen": seen,
        "left_out": [(_(reason.label), count) for reason, count in seen.left_out.items()],
        "people": [] if chosen.audience else people_left_out(signed_in(request), material, seen.why),
        "left_out_count": sum(seen.left_out.values()),
        "may_again": LeftOut.HAS_IT in seen.left_out and not form.cleaned_data["again"],
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
        nothing_saved(request)
        return redirect("shares")
    messages.success(request, words)
    if made.made == 1:
        return redirect("share", Share.objects.get(batch=made.batch).key)
    return redirect("shares_made", made.batch.pk)
