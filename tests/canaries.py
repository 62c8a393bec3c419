"""One customer with a unique value in every classified field that can hold text, by the models' own declarations."""

import itertools
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from django.db import models
from django.db.models import Model

from analytics.models import FrozenReport, Likelihood, ResponseModel, TroubleArea
from campaigns.enums import Action, ReportKind
from campaigns.models import (
    AnswerSheet,
    Assignment,
    FollowUp,
    Mailing,
    MailMessage,
    MailReport,
    Outcome,
    RecipientPreference,
    Share,
    WebPage,
    WebPageVersion,
)  # fmt: skip
from campaigns.webpages.publishing import make_page
from privacy.enums import Channel, RequestKind, RequestState
from privacy.holdings import holding_models
from privacy.models import RequestPerson, RightsRequest, User, WebhookEvent
from privacy.roles import Role
from records.elements import kept_elements
from records.enums import MediaKind
from records.keeping import make_partitions, rule_of
from records.media import About, SealedUpload, keep
from records.models import (
    AchAccount,
    Answer,
    Award,
    BusinessFact,
    ContactPoint,
    Contest,
    Customer,
    CustomerAssignment,
    Delivery,
    Fulfilment,
    FulfilmentEntry,
    Gathering,
    Identifier,
    IndustryCode,
    Interaction,
    Interval,
    ListMembership,
    MailingList,
    MatchKey,
    MediaFile,
    Meeting,
    Message,
    Organization,
    Participation,
    PaymentCard,
    Preference,
    Publication,
    PublicationOrder,
    Question,
    Record,
    Registration,
    Study,
    StudyConsent,
    StudyFinding,
    StudyNote,
    StudyParticipant,
    Submission,
    SupplierContract,
    Survey,
)  # fmt: skip
from records.models.record import CATEGORIES
from tests.events import append, event, make_campaign, make_material
from tests.factories import make_user, viewer_of
from tests.paying import paid_payment

THEN = datetime(2026, 3, 10, 16, tzinfo=UTC)
ENDED = date(2026, 11, 1)
SHORTEST = 9  # a shorter field cannot hold a value of its own
NOT_PLANTED = {
    "records.Record.sealed": "planted by element, as the attributes are",
    "records.MediaFile.stored_as": "made by the store: the file's content is a canary",
    "privacy.WebhookEvent.data": "identifiers alone: the event's own is looked for",
}


class Canaries:
    """Gives a value that stands nowhere else each time, and remembers for what."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self.planted: dict[str, str] = {}

    def new(self, what: str) -> str:
        self.planted[what] = f"cnry{next(self._numbers):04d}q"
        return self.planted[what]


def text_fields() -> Iterator[tuple[type[Model], Any]]:
    """Each classified field that can hold any text: no choices, no numbers, long enough."""
    for model, holds in holding_models():
        for name in [*holds.elements, *([holds.attributes] if holds.attributes else [])]:
            field: Any = model._meta.get_field(name)
            if can_hold_text(field) and f"{model._meta.label}.{name}" not in NOT_PLANTED:
                yield model, field


def can_hold_text(field: Any) -> bool:
    is_text = isinstance(field, models.CharField | models.TextField | models.JSONField) or _is_sealed_text(field)
    return is_text and not field.choices and (field.max_length or 10_000) >= SHORTEST and not hasattr(field, "db_enum")


def _is_sealed_text(field: Any) -> bool:
    return type(field).__name__ in ("SealedTextField", "SealedJSONField")


def plant(canaries: Canaries) -> Customer:
    """The customer with a row of every kind of record about them, each text a canary. Everything is of one day."""
    staff = make_user(Role.SALES, "Sam")
    acme = Organization(relationship_ended_on=ENDED)
    customer = Customer(relationship_ended_on=ENDED, relationship_end_reason="moved", organization=acme)
    for row in (acme, customer):
        fill(row, canaries)
        row.save()
    _plant_around(customer, acme, staff, canaries)
    _plant_programmes(customer, canaries)
    _plant_meetings(customer, canaries)
    _plant_records(customer, canaries)
    _plant_campaign(customer, staff, canaries)
    _plant_requests(customer, staff, canaries)
    put(canaries, FrozenReport(of="campaign/spring", title="Spring", as_of=THEN, made_by=staff))
    return customer


def fill(row: Model, canaries: Canaries, **given: Any) -> Model:
    """Set each text of the row that is not given to a canary of its own."""
    for model, field in text_fields():
        name = f"{model._meta.label}.{field.name}"
        if type(row) is model and field.name not in given:
            value: Any = canaries.new(name)
            setattr(row, field.name, [value] if isinstance(field, models.JSONField) else value)
    for name, value in given.items():
        setattr(row, name, value)
    return row


def put(canaries: Canaries, row: Model, **given: Any) -> Any:
    fill(row, canaries, **given).save(force_insert=True)
    return row


def _plant_around(customer: Customer, acme: Organization, staff: User, canaries: Canaries) -> None:
    put(canaries, ContactPoint(customer=customer, kind="name"))
    put(canaries, Identifier(customer=customer, kind="customer id"), sealed_value=None)
    put(canaries, Identifier(organization=acme, kind="meter", value_hash=b"h" * 32), value="")
    put(canaries, Preference(customer=customer))
    put(canaries, Interaction(customer=customer, staff=staff, happened_at=THEN, kind="call"))
    put(canaries, MatchKey(customer=customer, kind="email"))
    put(canaries, BusinessFact(organization=acme, kind="url"))
    put(canaries, IndustryCode(organization=acme, system="NAICS", code="51"))
    put(canaries, SupplierContract(organization=acme, starts_on=THEN.date(), ends_on=THEN.date()))
    put(canaries, PaymentCard(customer=customer, brand="visa", last_four="1111", provider="P"), expires="05/2028")
    put(canaries, AchAccount(customer=customer, provider="P", token_hash=b"h"), last_four="6789")
    CustomerAssignment.objects.create(customer=customer, staff=staff)


def _plant_programmes(customer: Customer, canaries: Canaries) -> None:
    survey = Survey.objects.create(slug="spring", name="Spring")
    question = Question.objects.create(survey=survey, number=1, text="How was it?", element="c09-habits")
    for number, rule in enumerate(("RET-7", "RET-2B")):
        submission = put(
            canaries,
            Submission(survey=survey, customer=customer, number=str(number), submitted_at=THEN, retention_rule=rule),
        )
        put(canaries, Answer(submission=submission, question=question))
        if rule == "RET-2B":
            contest = Contest.objects.create(survey=survey, rules="Be kind.", prizes="A globe")
            put(canaries, Award(contest=contest, submission=submission, rank=1))
    gathering = put(canaries, Gathering(slug="forum", starts_at=THEN))
    put(canaries, Registration(gathering=gathering, customer=customer, registered_at=THEN))
    _plant_research(customer, canaries)
    put(canaries, paid_payment(customer, THEN))
    mailing_list = MailingList.objects.create(slug="deliver", name="Deliver")
    member = ListMembership(mailing_list=mailing_list, customer=customer, since=THEN.date(), until=ENDED)
    put(canaries, member)
    publication = Publication.objects.create(slug="deliver", mailing_list=mailing_list)
    order = put(
        canaries, PublicationOrder(publication=publication, customer=customer, asked_at=THEN, confirmed_at=THEN)
    )
    fulfilment = Fulfilment.objects.create(publication=publication, issue="May", way="post", drawn_at=THEN)
    sent = {"fulfilment": fulfilment, "customer": customer, "came_back_on": THEN.date(), "came_back_why": "moved"}
    put(canaries, FulfilmentEntry(membership=member, retention_rule="RET-1", **sent))
    put(canaries, FulfilmentEntry(order=order, retention_rule="RET-3", **sent))


def _plant_research(customer: Customer, canaries: Canaries) -> None:
    study = Study.objects.create(slug="labels", name="Labels", kind="interview", purpose="We talk.")
    consent = StudyConsent.objects.create(study=study, version=1, text="We record it.")
    agreed = {"state": "agreed", "answered_at": THEN, "consented_at": THEN, "consent": consent, "token": "t" * 22}
    takes_part = StudyParticipant.objects.create(study=study, customer=customer, **agreed)
    put(canaries, StudyNote(participant=takes_part, noted_at=THEN))
    finding = StudyFinding(participant=takes_part, customer=customer, element="c09-habits", found_at=THEN)
    put(canaries, finding)
    upload = SealedUpload()
    upload.add(b"%PDF-1.7 " + canaries.new("content of a file of research").encode())
    name = canaries.new("records.MediaFile.file_name of research")
    _keep(upload, About(MediaKind.RESEARCH, THEN, name, participant=takes_part, customer=customer))


def _plant_meetings(customer: Customer, canaries: Canaries) -> None:
    meeting = put(canaries, Meeting(started_at=THEN, ended_at=THEN))
    participation = put(canaries, Participation(meeting=meeting, customer=customer, joined_at=THEN, seconds=1))
    put(canaries, Interval(participation=participation, joined_at=THEN))
    for rule, where in (("RET-4", meeting), ("RET-5", None)):
        put(canaries, Message(meeting=where, customer=customer, sent_at=THEN, retention_rule=rule))
    put(canaries, Delivery(told_at=THEN))
    for kind, of in ((MediaKind.IMAGE, {"meeting": meeting}), (MediaKind.SIGNATURE, {"customer": customer})):
        upload = SealedUpload()
        upload.add(b"\x89PNG\r\n\x1a\n" + canaries.new(f"content of a {kind}").encode())
        about = About(kind, THEN, canaries.new(f"records.MediaFile.file_name {kind}"), **of)
        _keep(upload, about)
    canaries.planted["records.MediaFile.file_name"] = canaries.planted[f"records.MediaFile.file_name {kind}"]
    canaries.planted["records.MediaFile.content_type"] = "looked for by the file's name"


def _keep(upload: SealedUpload, about: About) -> MediaFile:
    return keep(upload.end(), about, None)


def _plant_records(customer: Customer, canaries: Canaries) -> None:
    """A record of each of the 18 categories with every element that is kept, in clear and sealed."""
    make_partitions([THEN])
    for category in CATEGORIES:
        record = Record(
            collected_at=THEN, category=category, customer=customer, subject=customer.key, source="personnel",
            location="headquarters", retention_rule=rule_of(category),
        )  # fmt: skip
        fill(record, canaries)
        elements = kept_elements(category)
        record.attributes = {one.id: canaries.new(one.id) for one in elements if not one.is_encrypted}
        record.sealed = {one.id: canaries.new(one.id) for one in elements if one.is_encrypted} or None
        record.save(force_insert=True)


def _plant_campaign(customer: Customer, staff: User, canaries: Canaries) -> None:
    from campaigns.models import Viewer

    Viewer.objects.create(key=customer.key, customer=customer)
    viewer, campaign, material = viewer_of(customer), make_campaign(), make_material("guide")
    variant = campaign.variants.get(name="letter")
    shared = {"material": material, "recipient": viewer, "sender": staff, "campaign": campaign, "variant": variant}
    share = Share.objects.create(key=uuid.uuid4(), shared_at=THEN, **shared)
    first = append(
        event(viewer, "view", variant=variant, material=material, occurred_at=THEN),
        event(viewer, "shared", variant=variant, material=material, occurred_at=THEN),
        assigned=[(viewer, variant)],
    )
    Assignment.objects.update(assigned_at=THEN)
    mailing = Mailing.objects.create(
        name="Rates", subject="Rates", body="{{link}}", sender=staff, campaign=campaign, variant=variant
    )
    message = put(canaries, MailMessage(mailing=mailing, share=share, identifier="i-1"))
    put(canaries, MailReport(key=b"k" * 32, kind=ReportKind.values[0], message=message))
    put(canaries, Outcome(viewer=viewer, kind="response", happened_at=THEN, batch=first.batch))
    put(canaries, RecipientPreference(viewer=viewer))
    asked = {"action": Action.CALL, "viewer": viewer, "share": share, "owner": staff, "event_id": uuid.uuid4()}
    put(canaries, FollowUp(asked_at=THEN, due_on=THEN.date(), **asked))
    put(canaries, TroubleArea(customer=customer, found_at=THEN, seen_at=THEN))
    foretold = {"model": ResponseModel.objects.create(trained_at=THEN), "campaign": campaign, "probability": 0.25}
    put(canaries, Likelihood(customer=customer, scored_at=THEN, **foretold))
    survey = Survey.objects.create(slug="by-link", name="By link")
    put(canaries, AnswerSheet(survey=survey, share=share, begun_at=THEN, saved_at=THEN), handed_in_at=None)
    page: WebPage = make_page(canaries.new("title of a web page"), staff)
    page.customer, page.draft = customer, [{"text": canaries.new("campaigns.WebPage.draft")}]
    page.save()
    blocks = [{"text": canaries.new("campaigns.WebPageVersion.blocks")}]
    WebPageVersion.objects.create(page=page, number=1, blocks=blocks)
    WebhookEvent.objects.create(kind="share.visited", at=THEN, data={"of": canaries.new("data of a webhook")})


def _plant_requests(customer: Customer, staff: User, canaries: Canaries) -> None:
    """A request of theirs that was refused."""
    refused = {"number": "R-1", "kind": RequestKind.ACCESS, "channel": Channel.LETTER, "state": RequestState.REFUSED}
    days = {"received_on": THEN.date(), "decided_on": THEN.date()}
    request = put(canaries, RightsRequest(likeness=b"l" * 32, **refused, **days))
    RequestPerson.objects.create(request=request, person=customer.key, linked_by=staff)
