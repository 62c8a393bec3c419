"""Disclosures outside the agency: their accounting, a new one under an authority, and matching agreements."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_safe

from privacy.agency import agency_today
from privacy.bases import reading_for_duty
from privacy.disclosing import authorities, authority_named, disclose
from privacy.disclosure_forms import AgreementForm, DisclosureFilters, DisclosureForm
from privacy.enums import Duty, KeyKind
from privacy.guards import permit_required, signed_in
from privacy.models import DisclosedPerson, MatchingAgreement
from privacy.places import declare_place
from privacy.rights.corrections import tell_of_what_came_since
from privacy.roles import Permit
from privacy.signatures import signed_by

DISCLOSURES = declare_place(
    "disclosures",
    gettext_noop("The accounting of disclosures"),
    (),
    is_page=True,
    permits=(Permit.ACCOUNT_DISCLOSURES,),
)
ALONG = declare_place(
    "disclosure_new",
    gettext_noop("A disclosure: statements of disagreement that go with the records"),
    tuple(range(1, 19)),
)
PAGE_SIZE = 50
may_disclose = permit_required(Permit.ACCOUNT_DISCLOSURES)
both = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@may_disclose
def disclosures(request: HttpRequest) -> HttpResponse:
    """What left the agency, the newest first; of whom, as a count. Two statements."""
    filters = DisclosureFilters(request.GET)
    persons = DisclosedPerson.objects.filter(disclosure=OuterRef("pk")).order_by().values("disclosure")
    counted = Coalesce(Subquery(persons.annotate(count=Count("pk")).values("count")), 0)
    rows = filters.chosen().select_related("disclosed_by", "agreement").annotate(persons=counted)
    with reading_for_duty(request, Duty.ACCOUNTING, DISCLOSURES) as read:
        page = Paginator(rows.order_by(F("disclosed_at").desc(), "-id"), PAGE_SIZE).get_page(request.GET.get("page"))
        shown = list(page.object_list)
        context = {"page": page, "rows": shown, "form": filters, "is_narrowed": filters.is_narrowed}
        read.count = len(shown)
        return render(request, "privacy/disclosures.html", context)


@both
@may_disclose
def disclosure_new(request: HttpRequest) -> HttpResponse:
    """First under what, then with what that one demands."""
    name = request.GET.get("under", "")
    if not name:
        return render(request, "privacy/disclosure_under.html", {"authorities": authorities()})
    authority = authority_named(name)
    if authority is None:
        raise Http404("There is no such authority.")
    form = DisclosureForm(authority, request.POST or None)
    if not form.is_valid():
        return _asked_again(request, form)
    with transaction.atomic():
        made = disclose(authority, form.release, form.cleaned_data["persons"], signed_in(request))
        tell_of_what_came_since(made, form.cleaned_data["persons"])
    messages.success(request, signed_by(signed_in(request), _("The disclosure is accounted for.")))
    return redirect("disclosures")


def _asked_again(request: HttpRequest, form: DisclosureForm) -> HttpResponse:
    """The form; what must go along is read for it, and shown."""
    context = {"form": form, "authority": form.authority}
    status = 422 if form.is_bound else 200
    if not form.statements:
        return render(request, "privacy/disclosure_new.html", context, status=status)
    with reading_for_duty(request, Duty.ACCOUNTING, ALONG, KeyKind.CUSTOMER_ID) as read:
        read.count = len({one.person for one in form.statements})
        return render(request, "privacy/disclosure_new.html", context, status=status)


@both
@may_disclose
def agreements(request: HttpRequest) -> HttpResponse:
    form = AgreementForm(request.POST or None)
    if form.is_valid():
        form.instance.entered_by = signed_in(request)
        form.save()
        messages.success(request, _("The agreement is on file."))
        return redirect("agreements")
    context = {"form": form, "rows": MatchingAgreement.objects.all(), "today": agency_today()}
    return render(request, "privacy/agreements.html", context, status=422 if form.is_bound else 200)
