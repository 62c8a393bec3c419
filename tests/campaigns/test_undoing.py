"""Taking an import of engagement back when others have hung something on what it made: every foreign key is tried."""

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Model
from pytest_django import Settings

from analytics.models import CampaignVariant
from campaigns.models import (
    AnswerSheet,
    Assignment,
    Campaign,
    CampaignNote,
    CampaignStep,
    Event,
    EventBatch,
    FollowUp,
    Launch,
    Mailing,
    MailMessage,
    MovedViewer,
    Outcome,
    RecipientPreference,
    Recruiting,
    Share,
    Variant,
    Viewer,
)
from campaigns.retention import detach
from campaigns.undoing import undo
from privacy.roles import Role
from records.intake.problems import Refused
from records.intake.undoing_rows import relations
from records.models import Customer, Import, Merge, Organization, Study, Survey
from tests.events import append, event, make_material
from tests.factories import NOON, make_customer, make_user
from tests.intake import refusal, run, write

pytestmark = pytest.mark.django_db

MAPPING = """
kind = "engagement"
[columns]
occurred_at = "at"
kind = "kind"
customer = "customer"
variant = "variant"
material = "material"
[campaign]
slug = "mail"
name = "Mail"
[variants]
A = { name = "plain", control = true }
B = { name = "fancy" }
"""
DELETED = (EventBatch, Share, Assignment, Viewer, Variant, Campaign)

Maker = Callable[["Brought"], Model]


class Brought:
    """An import of one share with the customer 1 in the variant B, and what of others may hang on it."""

    def __init__(self, folder: Path) -> None:
        make_material("guide")
        Customer.objects.create(number="1", name="Customer 1")
        (folder / "m.toml").write_text(MAPPING)
        path = write(folder, "e.csv", "at,kind,customer,variant,material", "2026-03-01,shared,1,B,guide")
        run("engagement", path, "--mapping", folder / "m.toml")
        self.record = Import.objects.get()
        self.share = Share.objects.select_related("material").get()
        self.viewer, self.batch = self.share.recipient, EventBatch.objects.get()
        self.campaign, self.variant = Campaign.objects.get(), Variant.objects.get(name="fancy")
        self.staff = make_user(Role.SALES, "Sam Seller")
        self.other = make_customer("2").viewers.get()

    @property
    def in_campaign(self) -> dict[str, Any]:
        return {"campaign": self.campaign, "variant": self.variant}

    def another_share(self, **fields: Any) -> Share:
        """One that somebody else made, of the other customer's unless said."""
        fields = {"recipient": self.other, "batch": append().batch, **fields}
        return Share.objects.create(key=uuid.uuid4(), material=self.share.material, shared_at=NOON, **fields)

    def assignment(self, **fields: Any) -> Assignment:
        fields = {**self.in_campaign, "viewer": self.other, "batch": append().batch, **fields}
        return Assignment.objects.create(assigned_at=NOON, **fields)

    def outcome(self, **fields: Any) -> Outcome:
        fields = {"viewer": self.other, "batch": append().batch, **fields}
        return Outcome.objects.create(kind="conversion", happened_at=NOON, **fields)

    def follow_up(self, **fields: Any) -> FollowUp:
        fields = {
            "viewer": self.other,
            "event_id": uuid.uuid4(),
            "asked_at": NOON,
            "due_on": date(2026, 3, 12),
            **fields,
        }
        return FollowUp.objects.create(action="call", **fields)

    def sheet(self) -> AnswerSheet:
        survey = Survey.objects.create(slug="spring", name="Spring")
        return AnswerSheet.objects.create(survey=survey, share=self.share, begun_at=NOON, saved_at=NOON)

    def mailing(self, **fields: Any) -> Mailing:
        return Mailing.objects.create(name="Rates", sender=self.staff, subject="Rates", body="Hello", **fields)

    def message(self) -> MailMessage:
        mailing = self.mailing(batch=append().batch)
        return MailMessage.objects.create(mailing=mailing, share=self.share, identifier=uuid.uuid4().hex)

    def moved(self) -> MovedViewer:
        customers = Customer.objects.order_by("number")
        merge = Merge.objects.create(kept=customers[1], absorbed=customers[0], followers=[])
        return MovedViewer.objects.create(merge=merge, viewer=self.viewer, customer=customers[0])

    def recruiting(self) -> Recruiting:
        study = Study.objects.create(slug="labels", name="Labels", kind="interview", purpose="We talk.")
        return Recruiting.objects.create(study=study, audience="All", at=NOON, batch=self.batch, invited=1)

    def copy(self) -> Campaign:
        return Campaign.objects.create(slug="copy", name="Copy", copied_from=self.campaign)


# What refuses the undo, and how it is said.
REFUSING: dict[str, tuple[Maker, str]] = {
    "Share.passed_on_from": (lambda it: it.another_share(passed_on_from=it.share), "1 shares that rest on its shares"),
    "MailMessage.share": (lambda it: it.message(), "1 mail messages that rest on its shares"),
    "Outcome.share": (lambda it: it.outcome(share=it.share), "1 outcomes that rest on its shares"),
    "AnswerSheet.share": (lambda it: it.sheet(), "1 answer sheets that rest on its shares"),
    "FollowUp.share": (lambda it: it.follow_up(share=it.share), "1 follow-ups that rest on its shares"),
    "Mailing.batch": (lambda it: it.mailing(batch=it.batch), "1 mailings that rest on its commits"),
    "Recruiting.batch": (lambda it: it.recruiting(), "1 recruitings that rest on its commits"),
    "Outcome.batch": (lambda it: it.outcome(batch=it.batch), "1 outcomes that rest on its commits"),
}
# What keeps its viewer, who stays although the import named them first.
KEEPING_THE_VIEWER: dict[str, Maker] = {
    "MovedViewer.viewer": lambda it: it.moved(),
    "Outcome.viewer": lambda it: it.outcome(viewer=it.viewer),
    "RecipientPreference.viewer": lambda it: RecipientPreference.objects.create(viewer=it.viewer, frequency="nothing"),
    "FollowUp.viewer": lambda it: it.follow_up(viewer=it.viewer, share=it.another_share()),
    "Assignment.viewer": lambda it: it.assignment(viewer=it.viewer, **_elsewhere()),
    "Share.recipient": lambda it: it.another_share(recipient=it.viewer),
}
# What keeps its campaign.
KEEPING_THE_CAMPAIGN: dict[str, Maker] = {
    "Assignment.campaign": lambda it: it.assignment(),
    "Assignment.variant": lambda it: it.assignment(),
    "Share.campaign": lambda it: it.another_share(**it.in_campaign),
    "Share.variant": lambda it: it.another_share(**it.in_campaign),
    "Mailing.campaign": lambda it: it.mailing(**it.in_campaign),
    "Mailing.variant": lambda it: it.mailing(**it.in_campaign),
    "Outcome.campaign": lambda it: it.outcome(**it.in_campaign),
    "Outcome.variant": lambda it: it.outcome(**it.in_campaign),
    "Launch.campaign": lambda it: Launch.objects.create(campaign=it.campaign),
    "CampaignStep.campaign": lambda it: CampaignStep.objects.create(
        campaign=it.campaign, before="paused", after="closed"
    ),
    "CampaignNote.campaign": lambda it: CampaignNote.objects.create(campaign=it.campaign, day=NOON, text="Strike"),
}
# The import's own, which go with it, the word of where a copy came from, which is forgotten, and what was foretold.
GOING = {"Likelihood.campaign", "Assignment.batch", "Share.batch", "Variant.campaign", "Campaign.copied_from"}


def _elsewhere() -> dict[str, Any]:
    campaign = Campaign.objects.create(slug="other", name="Other")
    return {"campaign": campaign, "variant": Variant.objects.create(campaign=campaign, name="only")}


@pytest.fixture
def brought(settings: Settings, tmp_path: Path) -> Brought:
    settings.MEDIA_ROOT = tmp_path
    return Brought(tmp_path)


def rows() -> dict[str, int]:
    """How many rows there are of each deleted model."""
    return {model.__name__: model._default_manager.count() for model in DELETED}


def test_every_foreign_key_to_what_an_undo_deletes_is_tried_here() -> None:
    found = {
        f"{relation.related_model.__name__}.{relation.field.name}" for model in DELETED for relation in relations(model)
    }
    assert {*REFUSING, *KEEPING_THE_VIEWER, *KEEPING_THE_CAMPAIGN, *GOING} == found


@pytest.mark.parametrize("model", [*DELETED, Customer, Organization])
def test_the_relations_of_a_model_are_the_foreign_keys_that_the_database_has(model: type[Model]) -> None:
    """Nothing that only the database knows, or only the models, is left out of what an undo looks at."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, attname FROM pg_constraint"
            " JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY(conkey)"
            " WHERE contype = 'f' AND confrelid = %s::regclass AND conparentid = 0",
            [model._meta.db_table],
        )
        keys = set(cursor.fetchall())
    assert {(each.related_model._meta.db_table, each.field.column) for each in relations(model)} == keys


def test_an_import_on_which_nothing_hangs_leaves_nothing_behind(brought: Brought) -> None:
    call_command("fold", verbosity=0)
    assert CampaignVariant.objects.exists()
    assert run("--undo", brought.record.pk) == (
        f"import {brought.record.pk}: e.csv is taken back: 1 events, 1 assignments, 1 shares, 1 campaigns\n"
    )
    connection.check_constraints()
    assert rows() == {"EventBatch": 0, "Share": 0, "Assignment": 0, "Viewer": 1, "Variant": 0, "Campaign": 0}
    assert not Viewer.objects.filter(pk=brought.viewer.pk).exists()
    assert not CampaignVariant.objects.exists()


@pytest.mark.parametrize("key", REFUSING)
def test_what_rests_on_its_shares_or_commits_refuses_the_undo(key: str, brought: Brought) -> None:
    make, said = REFUSING[key]
    made, before, number = make(brought), rows(), brought.record.pk
    assert refusal("--undo", number) == (
        f"import {number} cannot be taken back: others hold {said}. Take back first what brought those: they would "
        "be lost with it"
    )
    connection.check_constraints()
    assert (rows(), Event.objects.count()) == (before, 1)
    made.refresh_from_db()


@pytest.mark.parametrize("key", KEEPING_THE_VIEWER)
def test_a_viewer_of_whom_others_know_stays(key: str, brought: Brought) -> None:
    made = KEEPING_THE_VIEWER[key](brought)
    assert "is taken back: 1 events, 1 assignments, 1 shares, 1 campaigns\n" in run("--undo", brought.record.pk)
    connection.check_constraints()
    made.refresh_from_db()
    assert Viewer.objects.filter(pk=brought.viewer.pk).exists()
    assert not Campaign.objects.filter(pk=brought.campaign.pk).exists()
    assert not Share.objects.filter(pk=brought.share.pk).exists()


@pytest.mark.parametrize("key", KEEPING_THE_CAMPAIGN)
def test_a_campaign_that_others_use_stays_and_is_named(key: str, brought: Brought) -> None:
    made = KEEPING_THE_CAMPAIGN[key](brought)
    assert run("--undo", brought.record.pk).endswith("1 shares, 0 campaigns (1 campaigns stay, being used by others)\n")
    connection.check_constraints()
    made.refresh_from_db()
    assert list(brought.campaign.variants.values_list("name", flat=True)) == ["plain", "fancy"]
    assert not Share.objects.filter(pk=brought.share.pk).exists()


def test_a_campaign_with_an_event_of_nobody_known_stays(brought: Brought) -> None:
    append(event(-7, "visit", variant=brought.variant))
    assert "(1 campaigns stay, being used by others)" in run("--undo", brought.record.pk)
    assert Event.objects.get().campaign_id == brought.campaign.pk


def test_a_copy_of_its_campaign_goes_on_without_the_word_of_what_it_was_copied_from(brought: Brought) -> None:
    copy = brought.copy()
    assert "1 campaigns\n" in run("--undo", brought.record.pk)
    connection.check_constraints()
    assert Campaign.objects.get() == copy
    assert Campaign.objects.get().copied_from is None


def test_an_import_can_be_taken_back_once_what_rested_on_it_is_gone(brought: Brought) -> None:
    follow_up = brought.follow_up(share=brought.share)
    refusal("--undo", brought.record.pk)
    follow_up.delete()
    assert "is taken back: 1 events" in run("--undo", brought.record.pk)
    connection.check_constraints()


def test_an_import_part_of_which_was_disposed_of_stays() -> None:
    record = Import.objects.create(kind="engagement", file_name="old.csv")
    viewer = make_customer_viewer()
    old = datetime(2022, 3, 10, 16, tzinfo=UTC)
    append(event(viewer, "view", occurred_at=old), event(viewer, "view"), source_import=record)
    with transaction.atomic():
        detach("campaigns_event_insight_2022_03", [])
    with pytest.raises(Refused, match="1 of its events have been disposed of under the retention rules"):
        undo(record)
    assert Event.objects.count() == 1


def make_customer_viewer() -> Viewer:
    return Viewer.objects.get(customer=make_customer("C-9"))
