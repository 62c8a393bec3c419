"""With whom something is shared: who was ticked, found and picked, named by customer IDs, or meets a saved audience."""

from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import HttpRequest, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from analytics.places import SHARING
from analytics.recipients import MOST_LISTED, Found, chosen_words, find, key_of, note_of
from analytics.views.assigning import chosen_customers, kept_choice, ticked
from campaigns.audiences import BadConditions, customers_in
from campaigns.forms.recipients import NumbersForm
from campaigns.models import Audience
from privacy.bases import reading_of
from privacy.enums import KeyKind
from privacy.guards import permit_required, require, signed_in
from privacy.refusing import Refused
from privacy.roles import SEES_CUSTOMERS, Permit
from records.models import Customer, CustomerQuerySet, MailingList
from records.views.posting import posted_from

LONGEST_NUMBER = 18  # digits of a database key
# What only changes with whom: the form is shown again then, and nothing else of it is looked at.
ADD, REMOVE, FIND = "add", "remove", "find"


@dataclass(frozen=True)
class Chosen:
    """With whom: the customers, by which key they were looked up, and by which list they were chosen, if by one.

    Of an `audience` nobody is shown by name: whoever plans campaigns sees no customers. `kept` is the choice as hidden
    fields; those who were `picked` one by one are shown by name, and can be taken out again.
    """

    customers: CustomerQuerySet
    key: KeyKind
    mailing_list: MailingList | None
    kept: list[tuple[str, str]]
    audience: Audience | None = None
    picked: list[Customer] | None = field(default=None)

    @cached_property
    def only(self) -> Customer | None:
        """Who it is, where it is one."""
        if self.audience:
            return None
        found = list(self.customers[:2])
        return found[0] if len(found) == 1 else None

    @property
    def kept_besides(self) -> list[tuple[str, str]]:
        """What is kept where those who were picked, and the list of IDs, have fields of their own."""
        return [(name, value) for name, value in self.kept if name not in ("key", "numbers")]


@posted_from("shares_new")
@permit_required(Permit.SHARE_MATERIALS)
def people_found(request: HttpRequest) -> JsonResponse:
    """Whom a text names, for the script of the picker: `said` is what is told, `left` what of a list names nobody."""
    user = signed_in(request)
    require(user, *SEES_CUSTOMERS)
    try:
        found = found_by(request, request.POST.get(FIND, ""))
    except Refused as refusal:
        return JsonResponse({"people": [], "is_list": False, "left": "", "said": str(refusal)})
    people = [{"key": str(one.key), "name": one.name, "note": note_of(one)} for one in found.people]
    said = found.problem or (chosen_words(len(people)) if found.is_list else "")
    return JsonResponse({"people": people, "is_list": found.is_list, "left": ", ".join(found.unknown), "said": said})


def found_by(request: HttpRequest, text: str) -> Found:
    """Through the door, under the key by which it was looked up. Raises Refused."""
    with reading_of(request, SHARING, key_of(text)) as read:
        found = find(signed_in(request), text)
        read.count = len(found.people)
        return found


def is_of_audience(request: HttpRequest) -> bool:
    return "audience" in request.GET or "audience" in request.POST


def numbers_form(request: HttpRequest) -> NumbersForm:
    """The list of customer IDs, if any was sent."""
    is_sent = bool(request.POST.get("numbers", "").strip())
    return NumbersForm(signed_in(request), request.POST if is_sent else None)


def keys_of(request: HttpRequest) -> list[UUID]:
    """Those who are ticked or picked, with the one who is added and without the one who is taken out."""
    added, removed = request.POST.get(ADD, ""), request.POST.get(REMOVE, "")
    try:
        keys = [*ticked(request), *([UUID(added)] if added else [])]
    except ValueError as error:
        raise BadRequest(_("That is not a customer.")) from error
    return [key for key in dict.fromkeys(keys) if str(key) != removed]


def chosen_by(request: HttpRequest, numbers: NumbersForm, found: Found | None = None) -> Chosen | None:
    """Whom the request names; None where it names nobody yet, or nobody who can be found.

    Of a list that was `found` everybody is chosen.
    """
    if is_of_audience(request):
        return of_audience(request)
    if request.method != "POST":
        return of_address(request) if "key" in request.GET else None
    if "all" in request.POST:
        customers, key = chosen_customers(request)
        return Chosen(customers, key, list_of(request.POST.get("filters", "")), kept_choice(request))
    keys = keys_of(request)
    if found and found.is_list:
        keys = list(dict.fromkeys([*keys, *(one.key for one in found.people)]))
    if not keys and not numbers.is_valid() and "filters" not in request.POST:
        return None
    return of_keys(request, keys, numbers)


def of_keys(request: HttpRequest, keys: list[UUID], numbers: NumbersForm) -> Chosen:
    """Those of the keys and of the list of IDs, of whom the user sees them."""
    filters = request.POST.get("filters", "")
    kept = [("filters", filters)] if filters else []
    customers, picked = Customer.objects.visible_to(signed_in(request)).filter(key__in=keys), None
    if len(keys) <= MOST_LISTED:
        picked = list(customers.select_related("organization").order_by("name", "pk"))
    kept += [("key", str(key)) for key in keys]
    key = KeyKind.LIST
    if numbers.is_valid():
        key = KeyKind.LIST if keys else KeyKind.CUSTOMER_ID
        customers = (customers | numbers.customers) if keys else numbers.customers
        kept.append(("numbers", request.POST["numbers"]))
    return Chosen(customers, key, list_of(filters), kept, picked=picked)


def of_address(request: HttpRequest) -> Chosen:
    """The one customer whom the address names, as their page's button does."""
    try:
        key = UUID(request.GET["key"])
    except ValueError as error:
        raise BadRequest(_("That is not a customer.")) from error
    customers = Customer.objects.visible_to(signed_in(request)).filter(key=key)
    picked = list(customers.select_related("organization"))
    return Chosen(customers, KeyKind.CUSTOMER_ID, None, [("key", str(key))], picked=picked)


def of_audience(request: HttpRequest) -> Chosen:
    """All who meet what the audience asks, whoever's customers they are. Raises Http404 and BadRequest."""
    number = request.POST.get("audience", "") or request.GET.get("audience", "")
    if not number.isdecimal() or len(number) > LONGEST_NUMBER:
        raise BadRequest(_("That is not an audience."))
    audience = get_object_or_404(Audience, pk=number)
    try:
        customers = customers_in(audience.conditions)
    except BadConditions as problem:
        raise BadRequest(
            _("The audience “%(name)s” is no longer valid. %(problem)s") % {"name": audience.name, "problem": problem}
        ) from problem
    return Chosen(customers, KeyKind.LIST, None, [("audience", number)], audience)


def list_of(filters: str) -> MailingList | None:
    """The mailing list by which the list of customers was narrowed, if it was."""
    slug = QueryDict(filters).get("list", "")
    return MailingList.objects.filter(slug=slug).first() if slug else None
