"""Individuals' rights over the records of this floor: who a person is, and where no path leads to their rows.

Registered with `privacy.rights` when the app is ready; docs/rights.md tells what is theirs and what is others'.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower

from privacy.models import User
from privacy.purposes import Basis
from privacy.rights import people
from privacy.rights.disputes import correct_by_model, declare_corrector
from privacy.rights.people import Asked, Candidate, Extract, Person, Trace
from privacy.rights.withholding import digits, names_withheld
from records.enums import ContactKind
from records.folded import FoldName
from records.intake.problems import Problem
from records.models import (
    ContactPoint,
    Customer,
    ListMembership,
    Meeting,
    Message,
    Organization,
    Participation,
    PublicationOrder,
    Record,
    StudySession,
)
from records.nouns import nouns
from records.nouns.base import Noun
from records.validation import telephone

MOST = 20
AT_ONCE = 1_000
OF_THE_FIRM = (
    "Records of the firm are about the person where nobody else of the firm is kept here; else they are the firm's."
)


# Who they are --------------------------------------------------------------------------------------------------------


class Customers:
    """`privacy.rights.people.People`: a person is a customer who is merged into no other."""

    def alike(self, asked: Asked) -> list[Candidate]:
        found: Counter[int] = Counter()
        agrees: dict[int, list[str]] = {}
        for what, rows in self._tries(asked):
            for pk, merged_into in rows.values_list("pk", "merged_into")[:MOST]:
                person = merged_into or pk
                if what not in agrees.setdefault(person, []):
                    agrees[person].append(what)
                    found[person] += 1
        known = Customer.objects.in_bulk(list(found))
        return [_candidate(known[pk], tuple(agrees[pk])) for pk, _ in found.most_common(MOST)]

    def _tries(self, asked: Asked) -> Iterator[tuple[str, "models.QuerySet[Customer]"]]:
        """Each a look-up by an index: of numbers, e-mail addresses, further contacts, names."""
        rows = Customer.objects.order_by("pk")
        if asked.number:
            yield "customer ID", rows.annotate(wanted=Lower("number")).filter(wanted=asked.number.lower())
        if asked.email:
            yield "e-mail address", rows.annotate(wanted=Lower("email")).filter(wanted=asked.email.lower())
            yield "e-mail address", rows.filter(_contact(ContactKind.EMAIL, asked.email.lower()))
        if asked.phone and (number := _telephone(asked.phone)):
            yield "phone number", rows.filter(_contact(ContactKind.PHONE, number))
        if asked.name:
            named = rows.annotate(folded=FoldName("name")).filter(folded=FoldName(models.Value(asked.name.strip())))
            yield "name", named
            if asked.postal_code:
                yield "ZIP or postal code", named.filter(postal_code__startswith=asked.postal_code.strip()[:5])
            if asked.street:
                yield "street", named.filter(street__iexact=asked.street.strip())

    def called(self, keys: Iterable[UUID]) -> list[Candidate]:
        wanted = list(keys)
        rows = {row.key: row for row in Customer.objects.filter(key__in=wanted).select_related("merged_into")}
        found = [rows[key].merged_into or rows[key] for key in wanted if key in rows]
        return [_candidate(customer) for customer in dict.fromkeys(found)]

    def person(self, keys: Sequence[UUID]) -> Person:
        first = Customer.objects.filter(key__in=keys)
        roots = [row.person_id for row in first]
        rows = list(Customer.objects.filter(Q(pk__in=roots) | Q(merged_into__in=roots)))
        contacts = ContactPoint.objects.filter(customer__in=rows).values_list("value", "normalized")
        texts = [text for row in rows for text in (row.name, row.email, row.phone)]
        texts += [text for pair in contacts for text in pair]
        texts += ListMembership.objects.filter(customer__in=rows).values_list("address", flat=True).distinct()
        texts += Message.objects.filter(customer__in=rows).order_by().values_list("sender", flat=True).distinct()
        took_part = Participation.objects.filter(customer__in=rows).order_by().values_list("name", "email").distinct()
        texts += [text for pair in took_part for text in pair]
        own = {text.strip().lower() for text in texts if text.strip()}
        numbers = {digits(text) for text in texts if len(digits(text)) == 10}
        return Person(tuple(row.key for row in rows), tuple(row.pk for row in rows), frozenset(own | numbers))

    def living(self, keys: Iterable[UUID]) -> set[UUID]:
        return set(Customer.objects.filter(key__in=list(keys)).values_list("key", flat=True))


def _candidate(customer: Customer, agrees_in: tuple[str, ...] = ()) -> Candidate:
    place = ", ".join(part for part in (customer.street, customer.city, customer.state, customer.postal_code) if part)
    detail = " · ".join(part for part in (customer.number, customer.email, place) if part)
    return Candidate(customer.key, customer.name, detail, agrees_in, customer.number)


def _contact(kind: ContactKind, normalized: str) -> Q:
    return Q(pk__in=ContactPoint.objects.filter(kind=kind, normalized=normalized).values("customer"))


def _telephone(text: str) -> str:
    try:
        return telephone(text)
    except Problem:
        return ""


# Where no path leads -------------------------------------------------------------------------------------------------


def of_their_firm(person: Person) -> "models.QuerySet[Organization]":
    """The organizations of which this person is the only one kept here: what is kept of them is about the person."""
    others = Customer.objects.people().exclude(pk__in=person.records).filter(organization__isnull=False)
    theirs = Customer.objects.filter(pk__in=person.records, organization__isnull=False).values("organization")
    return Organization.objects.filter(pk__in=theirs).exclude(pk__in=others.values("organization"))


def emails(person: Person) -> list[str]:
    return [text for text in person.own if "@" in text]


def named_as_participant(person: Person) -> Q:
    """Participations that nobody was matched to, under one of the person's own addresses."""
    found = Participation.objects.annotate(wanted=Lower("email")).filter(customer=None, wanted__in=emails(person))
    return Q(pk__in=found.values("pk"))


def intervals_as_participant(person: Person) -> Q:
    """When they were there, of the participations that nobody was matched to."""
    return Q(participation__in=Participation.objects.filter(named_as_participant(person)))


def unconfirmed_orders(person: Person) -> Q:
    """Orders of publications that nobody has confirmed yet, under one of the person's own addresses."""
    found = PublicationOrder.objects.annotate(wanted=Lower("email")).filter(customer=None, wanted__in=emails(person))
    return Q(pk__in=found.values("pk"))


def meetings_of(person: Person) -> "models.QuerySet[Meeting]":
    """Meetings in which the person took part, or which they held."""
    took_part = Participation.objects.filter(Q(customer__in=person.records) | named_as_participant(person))
    held = Meeting.objects.annotate(wanted=Lower("host_email")).filter(wanted__in=emails(person))
    return Meeting.objects.filter(Q(pk__in=took_part.values("meeting")) | Q(pk__in=held.values("pk")))


def sessions_of(person: Person) -> "models.QuerySet[StudySession]":
    """Sessions of studies in which the person takes part."""
    return StudySession.objects.filter(participants__customer__in=person.records)


def files_with_others(person: Person) -> Q:
    """Recordings of the meetings and of the sessions of studies in which they were with others."""
    return Q(meeting__in=meetings_of(person)) | Q(study_session__in=sessions_of(person))


def unmatched_records(person: Person) -> Q:
    """Records of meetings that name the person by one of their own addresses, and no customer."""
    own = emails(person)
    found = Record.objects.annotate(
        as_participant=Lower("participant"), as_organizer=Lower("organizer"), as_host=Lower("host_email")
    ).filter(Q(as_participant__in=own) | Q(as_organizer__in=own) | Q(as_host__in=own), customer=None)
    return Q(key__in=found.values("key"))


def under_their_name(person: Person) -> Q:
    """Messages that nobody was matched to, under the name by which they, and nobody else, took part in that meeting."""
    took_part = Participation.objects.filter(meeting=OuterRef("meeting"), name=OuterRef("sender"))
    theirs = Q(customer__in=person.records) | named_as_participant(person)
    found = Message.objects.exclude(sender="").filter(
        Exists(took_part.filter(theirs)), ~Exists(took_part.exclude(theirs))
    )
    return Q(pk__in=found.filter(customer=None).values("pk"))


def messages_that_name(person: Person) -> Iterator[Extract]:
    """Of messages that others wrote in the person's meetings, the sentences that name them; who wrote is withheld."""
    names = [text for text in person.own if len(text) > 2 and not text.isdigit()]
    rows = Message.objects.filter(meeting__in=meetings_of(person)).exclude(customer__in=person.records)
    rows = rows.exclude(under_their_name(person))
    for message in rows.select_related("meeting").order_by("pk").iterator(AT_ONCE):
        text = message.text or ""
        if any(name in text.lower() for name in names):
            said = " ".join(
                sentence for sentence in _sentences(text) if any(name in sentence.lower() for name in names)
            )
            others = Participation.objects.filter(meeting=message.meeting_id).values_list("name", flat=True)
            yield message, {"sent_at": message.sent_at, "text": names_withheld(said, set(others), person.own)}


def _sentences(text: str) -> list[str]:
    marked = text.replace("\n", " ")
    for end in ".!?":
        marked = marked.replace(f"{end} ", f"{end}\n")
    return marked.split("\n")


# Corrections ---------------------------------------------------------------------------------------------------------


def correct_by_form(instance: models.Model, field: str, text: str, by: User, basis: Basis) -> None:
    """As the record's own page would: every check of its form. Raises ValidationError with the form's words."""
    noun = _noun_of(instance)
    if noun is None:
        return correct_by_model(instance, field, text, by, basis)
    shown = noun.form(by, instance=instance)
    if field not in shown.fields:
        return correct_by_model(instance, field, text, by, basis)
    data = {name: shown[name].value() for name in shown.fields} | {field: text}
    form = noun.form(by, {name: value for name, value in data.items() if value is not None}, instance=instance)
    if not form.is_valid():
        told = [*form.errors.get(field, []), *form.non_field_errors()]
        raise ValidationError(told or ["Another field of this record is wrong: correct it on its page first."])
    form.keep(by, basis)
    return None


def _noun_of(instance: models.Model) -> Noun | None:
    of = instance.category if isinstance(instance, Record) else 0
    return next((noun for noun in nouns() if noun.model is type(instance) and noun.category == of), None)


# What is told to the floor below -------------------------------------------------------------------------------------


def register() -> None:
    """Tell the floor below who persons are, and where their rows are."""
    people.register(Customers())
    _trace_firms()
    _trace_meetings()
    _trace_what_hangs_on_several()
    _declare_nobodys()
    for noun in nouns():
        declare_corrector(noun.model._meta.label, correct_by_form)


def _trace_firms() -> None:
    """What is kept of a firm, where it is the person's alone."""
    sole = Trace(which=lambda person: Q(pk__in=of_their_firm(person)), note=OF_THE_FIRM)
    people.declare_trace("records.Organization", sole)
    of_firm = Trace(which=lambda person: Q(organization__in=of_their_firm(person)), note=OF_THE_FIRM)
    for model in ("BusinessFact", "IndustryCode", "SupplierContract", "Identifier"):
        people.declare_trace(f"records.{model}", of_firm)


def _trace_meetings() -> None:
    """Meetings, who was there when, and what was written and recorded: others stand in them too."""
    people.declare_trace(
        "records.Meeting",
        Trace(
            which=lambda person: Q(pk__in=meetings_of(person)),
            others=("host_name", "host_email", "host_id"),
            own_by="host_email",
            note="Meetings in which the person took part, or which they held.",
        ),
    )
    people.declare_trace("records.Participation", Trace(which=named_as_participant))
    people.declare_trace("records.Interval", Trace(which=intervals_as_participant))
    people.declare_trace(
        "records.Message",
        Trace(
            which=under_their_name,
            also=messages_that_name,
            note="What the person wrote; of what others wrote in the same meetings, the sentences that name them.",
        ),
    )
    people.declare_trace(
        "records.Record",
        Trace(which=unmatched_records, others=("host_name", "host_email", "organizer", "participant")),
    )


def _trace_what_hangs_on_several() -> None:
    """What a customer's record leads to in part only: files of several people, keys, orders not confirmed yet."""
    people.declare_trace(
        "records.MediaFile",
        Trace(
            which=files_with_others,
            note="Files are listed; a copy of what shows or says others is made on request, without them.",
        ),
    )
    people.declare_trace(
        "records.MatchKey", Trace(is_fixed=True, note="Made from the values above, to find them again.")
    )
    people.declare_trace(
        "records.PublicationOrder",
        Trace(
            which=unconfirmed_orders, note="What was asked for under the person's address and not confirmed yet too."
        ),
    )


def _declare_nobodys() -> None:
    """What is about no individual, and why."""
    people.declare_nobodys("records.Gathering", "An event by itself; who took part stands in their registration.")
    people.declare_nobodys(
        "records.Delivery", "Emptied when it is taken in: what it told stands in the meeting's records."
    )
