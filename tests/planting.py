"""One record of every model that holds something of the notice, about one customer, with a canary in every text."""

import uuid
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models

from analytics import departures
from analytics.folding import fold_all
from analytics.models import Likelihood, ResponseModel, TroubleArea
from campaigns.enums import Series
from campaigns.models import (
    AnswerSheet,
    FollowUp,
    Mailing,
    MailMessage,
    MailReport,
    Outcome,
    RecipientPreference,
    Share,
    Viewer,
    WebPage,
    WebPageVersion,
)
from campaigns.partitions import partition_name
from privacy.enums import Channel
from privacy.holdings import Holds, declaration_of
from privacy.models import RequestPerson, RightsRequest, User
from privacy.rights.entering import enter
from records.elements import kept_elements
from records.enums import IdentifierKind
from records.keeping import make_partitions, rule_of
from records.models import (
    AchAccount,
    Answer,
    Award,
    BusinessFact,
    ContactPoint,
    Contest,
    Customer,
    CustomerAssignment,
    Fulfilment,
    FulfilmentEntry,
    Gathering,
    Identifier,
    IndustryCode,
    Interaction,
    Interval,
    ListMembership,
    MailingList,
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
)
from records.models.record import CATEGORIES
from tests.events import NOON, append, event, make_campaign, make_material
from tests.paying import paid_payment
from tests.requesting import make_wish


@dataclass
class Planted:
    """`texts` are (model, field or element, text) of all that was planted about the customer."""

    customer: Customer
    prefix: str
    texts: set[tuple[str, str, str]] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)
    number: int = 0

    def word(self, longest: int | None) -> str:
        self.number += 1
        word = f"{self.prefix}{self.number:03d}"
        return word if longest is None or longest >= len(word) else f"{self.number:0{min(longest, 4)}d}"[:longest]

    def add(self, instance: models.Model, **given: Any) -> Any:
        """Save it with a canary in each text that holds an element and was not given."""
        holds = declaration_of(type(instance))
        assert isinstance(holds, Holds)
        for name in holds.elements:
            column: Any = instance._meta.get_field(name)
            if name not in given and is_text(column):
                given[name] = self.word_for(column)
        for name, value in given.items():
            setattr(instance, name, value)
        instance.save(force_insert=True)
        self.noted(instance, holds)
        return instance

    def word_for(self, column: Any) -> str:
        word = self.word(column.max_length)
        return f"{word.lower()}@example.com" if isinstance(column, models.EmailField) else word

    def noted(self, instance: models.Model, holds: Holds) -> None:
        label = instance._meta.label
        self.kinds.add(label)
        for name in holds.elements:
            if is_text(instance._meta.get_field(name)) and (text := getattr(instance, name)):
                self.texts.add((label, name, str(text)))


def is_text(column: Any) -> bool:
    is_sealed = type(column).__name__ in ("SealedTextField", "SealedFileName")
    return not column.choices and (is_sealed or isinstance(column, models.CharField | models.TextField))


def plant(prefix: str, staff: User, meeting: Meeting | None = None) -> Planted:
    """A customer of a firm of their own, with a record of every model."""
    customer = Customer(number=f"{prefix}-number", name=f"{prefix} Person")
    found = Planted(customer, prefix)
    firm = found.add(Organization(), street="1 Way")
    found.add(customer, number=f"{prefix}-number", name=f"{prefix} Person", organization=firm, age=44)
    viewer = Viewer.objects.create(key=customer.key, customer=customer)
    found.kinds |= {"campaigns.Viewer", "records.CustomerAssignment", "records.MatchKey"}
    CustomerAssignment.objects.create(customer=customer, staff=staff)
    plant_details(found, firm, staff)
    plant_programmes(found)
    plant_meeting(found, meeting)
    plant_tail(found)
    plant_campaigns(found, viewer, staff)
    request = enter(make_wish(name=f"{prefix} Person", details=found.word(None)), Channel.FORM)
    RequestPerson.objects.create(request=request, person=customer.key, linked_by=staff)
    found.noted(request, declaration_of(RightsRequest))  # type: ignore[arg-type]
    return found


def plant_details(found: Planted, firm: Organization, staff: User) -> None:
    customer = found.customer
    found.add(BusinessFact(organization=firm, kind="url"))
    found.add(IndustryCode(organization=firm, system="NAICS"), code="518210")
    found.add(SupplierContract(organization=firm, starts_on=date(2026, 1, 1)))
    found.add(ContactPoint(customer=customer, kind="name"), normalized=f"{found.prefix.lower()} other")
    found.add(Identifier(customer=customer, kind=IdentifierKind.CUSTOMER_ID), value=found.word(40), sealed_value=None)
    found.add(Identifier(organization=firm, kind=IdentifierKind.DUNS), value="123456789", sealed_value=None)
    found.add(Preference(customer=customer))
    found.add(Interaction(customer=customer, staff=staff))
    found.add(PaymentCard(customer=customer, brand="visa", provider="P"), last_four="1111", expires="05/2028")
    found.add(AchAccount(customer=customer, provider="P", token_hash=found.prefix.encode()), last_four="6789")


def plant_programmes(found: Planted) -> None:
    customer, name = found.customer, found.prefix.lower()
    survey = Survey.objects.create(slug=name, name=name)
    question = Question.objects.create(survey=survey, number=1, text="How?", element="c09-habits")
    answered = Submission(survey=survey, number="1", submitted_at=NOON, retention_rule="RET-7")
    found.add(answered, customer=customer)
    found.add(Answer(submission=answered, question=question))
    contest = Contest.objects.create(survey=survey, rules="Be kind.", prizes="A globe")
    found.add(Award(contest=contest, submission=answered, rank=1))
    forum = Gathering.objects.create(slug=name, name=f"{found.prefix}forum", starts_at=NOON)
    found.add(Registration(gathering=forum, customer=customer, registered_at=NOON))
    plant_research(found)
    found.add(paid_payment(customer, NOON))
    letters = MailingList.objects.create(slug=name, name=f"{found.prefix}list")
    member = found.add(ListMembership(mailing_list=letters, customer=customer, since=date(2026, 1, 1)))
    publication = Publication.objects.create(slug=name, mailing_list=letters)
    found.add(PublicationOrder(publication=publication, customer=customer, asked_at=NOON, confirmed_at=NOON))
    fulfilment = Fulfilment.objects.create(publication=publication, issue="May", way="post", drawn_at=NOON)
    sent = FulfilmentEntry(fulfilment=fulfilment, customer=customer, membership=member, retention_rule="RET-1")
    found.add(sent, came_back_on=date(2026, 5, 1), came_back_why="moved")
    found.texts |= {
        ("records.Registration", "gathering", str(forum)),
        ("records.ListMembership", "mailing_list", str(letters)),
    }
    found.add(
        MediaFile(customer=customer, kind="signature", size=3, recorded_at=NOON, retention_rule="RET-3"),
        content_type="image/png",
    )


def plant_research(found: Planted) -> None:
    customer, name = found.customer, found.prefix.lower()
    study = Study.objects.create(slug=name, name=name, kind="interview", purpose="We talk.")
    consent = StudyConsent.objects.create(study=study, version=1, text="We record it.")
    agreed = {"state": "agreed", "answered_at": NOON, "consented_at": NOON, "consent": consent}
    takes_part = StudyParticipant(study=study, customer=customer, token=f"{name:t<22}"[:22], **agreed)
    found.add(takes_part)
    found.add(StudyNote(participant=takes_part))
    found.add(StudyFinding(participant=takes_part, customer=customer, element="c09-habits"), tags=["labels"])


def plant_meeting(found: Planted, meeting: Meeting | None) -> None:
    """Takes part in `meeting`, where one is given, else in one of their own, which they hold."""
    if meeting is None:
        held = {"host_email": found.customer.email, "host_name": found.customer.name}
        meeting = found.add(Meeting(kind="", started_at=NOON, duration_seconds=60), **held)
    took_part = found.add(
        Participation(meeting=meeting, customer=found.customer, joined_at=NOON, seconds=60), email=found.customer.email
    )
    found.add(Interval(participation=took_part, joined_at=NOON))
    written = Message(meeting=meeting, customer=found.customer, sent_at=NOON, retention_rule="RET-4")
    found.add(written, sender=found.customer.name)


def plant_tail(found: Planted) -> None:
    """A record of each category with a canary in every element that is a text; those of meetings without customer."""
    make_partitions([NOON])
    for category in CATEGORIES:
        texts = {one.id: found.word(None) for one in kept_elements(category) if one.type in ("string", "text")}
        plain = {name: text for name, text in texts.items() if not _is_sealed(category, name)}
        record = Record(
            collected_at=NOON, category=category, source="customer", location="headquarters",
            retention_rule=rule_of(category), attributes=plain, customer=found.customer, subject=found.customer.key,
        )  # fmt: skip
        record.sealed = {name: text for name, text in texts.items() if name not in plain} or None
        record.save(force_insert=True)
        found.texts |= {("records.Record", name, text) for name, text in texts.items()}
    found.kinds.add("records.Record")


def _is_sealed(category: int, name: str) -> bool:
    return next(one for one in kept_elements(category) if one.id == name).is_encrypted


def plant_campaigns(found: Planted, viewer: Viewer, staff: User) -> None:
    name = found.prefix.lower()
    campaign, material = make_campaign(f"c-{name}"), make_material(f"m-{name}")
    variant = campaign.variants.all()[0]
    share = Share.objects.create(
        key=uuid.uuid4(), material=material, recipient=viewer, sender=staff, shared_at=NOON, campaign=campaign,
        variant=variant, number=7,
    )  # fmt: skip
    viewed = event(viewer, "view", variant=variant, material=material, share_id=share.pk, page=1, dwell_ms=900)
    read = event(viewer, "page", variant=variant, material=material, version=1, page=1, dwell_ms=900)
    append(viewed, read, event(viewer, "response", variant=variant), assigned=[(viewer, variant)])
    RecipientPreference.objects.create(viewer=viewer)
    asked = {"action": "call", "event_id": uuid.uuid4(), "asked_at": NOON, "due_on": NOON.date()}
    found.add(FollowUp(viewer=viewer, share=share, owner=staff, **asked))
    found.add(TroubleArea(customer=found.customer, found_at=NOON, seen_at=NOON))
    model = ResponseModel.objects.create(trained_at=NOON)
    foretold = {"model": model, "campaign": campaign, "probability": 0.25, "scored_at": NOON}
    found.add(Likelihood(customer=found.customer, **foretold))
    by_link = Survey.objects.create(slug=f"by-link-{name}", name="By link")
    found.add(AnswerSheet(survey=by_link, share=share, begun_at=NOON, saved_at=NOON))
    Outcome.objects.create(
        viewer=viewer, kind="conversion", happened_at=NOON, amount="12.50", taken_back_at=NOON, taken_back_by=staff
    )
    mailing = Mailing.objects.create(
        sender=staff, name="x", subject="x", body="{{link}}", campaign=campaign, variant=variant
    )
    message = MailMessage.objects.create(mailing=mailing, share=share, identifier=name, state="sent", sent_at=NOON)
    MailReport.objects.create(key=name.encode(), kind="hard", message=message, status="5.1.1")
    page = WebPage.objects.create(
        material=make_material(f"w-{name}"), customer=found.customer, contact_person=staff,
        draft=[{"text": f"{found.prefix}draft"}],
    )  # fmt: skip
    WebPageVersion.objects.create(page=page, number=1, blocks=[{"text": f"{found.prefix}block"}], published_by=staff)
    names = "Share Assignment Event RecipientPreference Outcome MailMessage MailReport WebPage WebPageVersion"
    found.kinds |= {f"campaigns.{name}" for name in names.split()}
    names = "CampaignViewer ViewerMaterial ViewerPage ViewerTotal ViewerDay DepartingFact"
    found.kinds |= {f"analytics.{name}" for name in names.split()}
    fold_all()
    departures.prepare(partition_name(Series.INSIGHT, NOON.date()))
