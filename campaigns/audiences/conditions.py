"""What can be asked of customers to be in an audience: one declaration each, and nothing else needs to know of it.

A condition that looks at other rows takes their people's primary keys as one set (`people_of`), not an EXISTS for each
customer: what hangs on a record that was merged into another is the person's, and the database makes one join of it.
Each reads what this floor holds: records, shares, assignments; the rollups of what people did stand above.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import CharField, F, Func, Model, Q, QuerySet
from django.db.models.functions import Coalesce, Upper
from django.db.models.lookups import In
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from campaigns.audiences.fields import ChoicesField, DayField, DaysField, TextsField, TickField, back
from campaigns.enums import Grade
from campaigns.materials.apart import labels_of
from campaigns.models import Assignment, Campaign, FollowUp, Material, Share, Tag
from records.enums import IndustrySystem, ParticipantState
from records.models import IndustryCode, ListMembership, MailingList, Organization, StudyFinding, Territory

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Words = str | _StrPromise
else:
    Words = str


@dataclass(frozen=True)
class Condition:
    """`holds` says of a cleaned value which customers it chooses. `left` chooses those of them who have gone since:
    they are told as left out, not passed over in silence. `group` is the heading that it stands under in the form.
    """

    name: str
    group: Words
    label: Words
    field: Callable[[Words], forms.Field]
    holds: Callable[[Any], Q]
    left: Callable[[Any], Q] | None = None


def people_of(rows: "QuerySet[Any]", path: str) -> "QuerySet[Any]":
    """The primary keys of the people whom rows are about, of whatever record of theirs they hang on."""
    known = rows.filter(**{f"{path}__isnull": False}).order_by()
    return known.values(person=Coalesce(F(f"{path}__merged_into_id"), F(f"{path}_id")))


def begins_with(field: str, texts: Iterable[str]) -> Q:
    """Whether the field begins with any of the texts."""
    return reduce(or_, (Q(**{f"{field}__startswith": text}) for text in texts), Q(pk__in=[]))


def of_rows(model: type[Model], label: str) -> Callable[[Words], forms.Field]:
    """A choice among the rows of a model that have slugs, named by the field of this name."""

    def choices() -> list[tuple[str, str]]:
        return list(model._default_manager.order_by(label).values_list("slug", label))

    return lambda text: ChoicesField(label=text, required=False, choices=choices)


# Who and where ----------------------------------------------------------------------------------------------------


def _territories() -> list[tuple[str, str]]:
    return list(Territory.objects.values_list("code", "name"))


def _sizes() -> list[tuple[str, str]]:
    sizes = Organization.objects.exclude(size="").order_by("size").values_list("size", flat=True).distinct()
    return [(size, size) for size in sizes]


def _codes(system: IndustrySystem) -> Condition:
    digits = 6 if system == IndustrySystem.NAICS else 4

    def holds(codes: list[str]) -> Q:
        firms = IndustryCode.objects.filter(begins_with("code", codes), system=system)
        return Q(organization__in=firms.order_by().values("organization"))

    return Condition(
        name=system.value.lower(),
        group=_("Their firm"),
        label=format_lazy(_("{system} code begins with"), system=system.value),
        field=lambda label: TextsField(
            rf"[0-9]{{2,{digits}}}",
            format_lazy(_("two to {digits} digits"), digits=digits),
            label=label,
            required=False,
            help_text=_("Several, separated by commas: any of them."),
        ),
        holds=holds,
    )


def _members(slugs: list[str], **more: Any) -> "QuerySet[Any]":
    return people_of(ListMembership.objects.filter(mailing_list__slug__in=slugs, **more), "customer")


# What was learnt in research ---------------------------------------------------------------------------------------


def _findings() -> "QuerySet[StudyFinding]":
    """Of whoever withdrew none is used, though a legal hold may keep it."""
    return StudyFinding.objects.exclude(participant__state=ParticipantState.WITHDREW)


def _topics_said() -> list[tuple[str, str]]:
    """By the names that topics of materials have, where they are the same."""
    said = Func(F("tags"), function="jsonb_array_elements_text", output_field=CharField())
    slugs = sorted(set(_findings().order_by().annotate(topic=said).values_list("topic", flat=True)))
    names = dict(Tag.objects.filter(slug__in=slugs).values_list("slug", "name"))
    return [(slug, names.get(slug, slug)) for slug in slugs]


def _on_topics(slugs: list[str]) -> Q:
    return reduce(or_, (Q(tags__contains=[slug]) for slug in slugs), Q(pk__in=[]))


# What came before -------------------------------------------------------------------------------------------------


def _shares(**more: Any) -> "QuerySet[Any]":
    return people_of(Share.objects.filter(**more), "recipient__customer")


def _asked(days: int) -> "QuerySet[FollowUp]":
    """What customers asked for; what somebody unknown asked through their share is not theirs."""
    return FollowUp.objects.filter(asked_at__gte=_since(days)).exclude(grade=Grade.UNKNOWN)


def _since(days: int) -> Any:
    return timezone.now() - back(days)


CONDITIONS: tuple[Condition, ...] = (
    Condition(
        "lists", _("Lists"), _("Is a member of any of these lists"),
        of_rows(MailingList, "name"),
        lambda slugs: Q(pk__in=_members(slugs)),
        left=lambda slugs: ~Q(pk__in=_members(slugs, until=None)),
    ),
    Condition(
        "territories", _("Where they are"), _("Territory"),
        lambda label: ChoicesField(label=label, required=False, choices=_territories),
        lambda codes: Q(territory__code__in=codes),
    ),
    Condition(
        "states", _("Where they are"), _("State or region"),
        lambda label: TextsField(
            r".{2,50}", _("a state or region"), label=label, required=False, help_text=_("As in addresses: IL, NY")
        ),
        lambda states: Q(In(Upper(F("state")), states)),
    ),
    Condition(
        "postal_codes", _("Where they are"), _("ZIP or postal code begins with"),
        lambda label: TextsField(
            r"[0-9A-Z][0-9A-Z \-]{0,9}", _("the beginning of a postal code"), label=label, required=False,
            help_text=_("Several, separated by commas: 606, 607"),
        ),
        lambda codes: begins_with("postal_code", codes),
    ),
    _codes(IndustrySystem.NAICS),
    _codes(IndustrySystem.SIC),
    Condition(
        "sizes", _("Their firm"), _("Size of the firm"),
        lambda label: ChoicesField(label=label, required=False, choices=_sizes),
        lambda sizes: Q(organization__size__in=sizes),
    ),
    Condition(
        "employees", _("Their firm"), _("Employees, at least"),
        lambda label: forms.IntegerField(label=label, required=False, min_value=1, max_value=10_000_000),
        lambda count: Q(organization__employees__gte=count),
    ),
    Condition(
        "customer_since", _("What came before"), _("Customer since this day or later"),
        lambda label: DayField(label=label, required=False),
        lambda day: Q(customer_since__gte=day),
    ),
    Condition(
        "customer_until", _("What came before"), _("Customer since before this day"),
        lambda label: DayField(label=label, required=False),
        lambda day: Q(customer_since__lt=day),
    ),
    Condition(
        "got_materials", _("What came before"), _("Was sent any of these materials"),
        lambda text: ChoicesField(label=text, required=False, choices=lambda: labels_of(Material.objects.all())),
        lambda slugs: Q(pk__in=_shares(material__slug__in=slugs)),
    ),
    Condition(
        "got_topics", _("What came before"), _("Was sent something on any of these topics"),
        of_rows(Tag, "name"),
        lambda slugs: Q(pk__in=_shares(material__tags__slug__in=slugs)),
    ),
    Condition(
        "said_topics", _("What came before"), _("Said something on any of these topics in research"),
        lambda label: ChoicesField(label=label, required=False, choices=_topics_said),
        lambda slugs: Q(pk__in=people_of(_findings().filter(_on_topics(slugs)), "customer")),
    ),
    Condition(
        "in_campaigns", _("What came before"), _("Was in any of these campaigns"),
        of_rows(Campaign, "name"),
        lambda slugs: Q(
            pk__in=people_of(
                Assignment.objects.filter(campaign__slug__in=slugs, variant__is_holdout=False), "viewer__customer"
            )
        ),
    ),
    Condition(
        "shared_within", _("What came before"), _("Was sent something within the last … days"),
        lambda label: DaysField(label=label, required=False),
        lambda days: Q(pk__in=_shares(shared_at__gte=_since(days))),
    ),
    Condition(
        "not_shared_within", _("What came before"), _("Was sent nothing within the last … days"),
        lambda label: DaysField(label=label, required=False),
        lambda days: ~Q(pk__in=_shares(shared_at__gte=_since(days))),
    ),
    Condition(
        "asked_within", _("What came before"), _("Asked for something within the last … days"),
        lambda label: DaysField(label=label, required=False),
        lambda days: Q(pk__in=people_of(_asked(days), "viewer__customer")),
    ),
    Condition(
        "has_email", _("How they are reached"), _("Has an e-mail address"),
        lambda label: TickField(label=label, required=False),
        lambda wanted: ~Q(email=""),
    ),
    Condition(
        "has_post", _("How they are reached"), _("Has a postal address"),
        lambda label: TickField(label=label, required=False),
        lambda wanted: ~Q(street="") & ~Q(postal_code=""),
    ),
)  # fmt: skip
