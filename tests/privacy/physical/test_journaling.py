"""Destructions outlive the database: a restored register is told of them, and their certificates can be proved."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from privacy.agency import agency_today
from privacy.enums import KeyKind
from privacy.ledger import naming, proofs, sealing
from privacy.ledger.checking import check
from privacy.ledger.verifying import verify
from privacy.models import Destruction, LedgerAct, PhysicalUnit, UnitKey, User
from privacy.physical import destroying, index, journaling, papers
from privacy.physical.destroying import Way
from privacy.physical.enums import Destroying, DestructionState
from privacy.retention import journal, policies, standing
from privacy.retention.replaying import replay
from privacy.roles import Role
from privacy.vault import StoreUnavailable, opening
from tests.factories import make_user
from tests.retention import approve_all, hold_on
from tests.safeguards import make_unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_journal")]
TODAY = agency_today()
CODES = ["WM-900001", "WM-900002"]


@pytest.fixture
def own_journal(settings: Any, tmp_path: Path) -> Iterator[None]:
    """A store of this test alone: the journal cannot be emptied."""
    (tmp_path / "vault").mkdir(mode=0o700)
    settings.VAULT_URL = f"sqlite:///{tmp_path / 'vault' / 'keys.sqlite'}"
    yield
    opening.close_all()


@pytest.fixture
def grace() -> User:
    user = make_user(Role.RECORDS_ADMINISTRATOR, "Grace")
    approve_all(user)
    return user


@pytest.fixture
def will() -> User:
    return make_user(Role.AUDITOR, "Will")


@pytest.fixture
def destroyed(grace: User, will: User) -> Destruction:
    """Two boxes, indexed, that were destroyed today; the journal tells of them."""
    way = Way(Destroying.SHREDDING, "", "Washington")
    made = destroying.list_for([make_unit(grace, code) for code in CODES], way, grace)
    destroying.witness(made, CODES, TODAY, will)
    journaling.write_waiting()
    made.refresh_from_db()
    return made


def restore(destruction: Destruction, *, is_listed: bool = False) -> None:
    """The register as a backup has it, from before the destruction or from between list and witness."""
    PhysicalUnit.objects.update(destroyed_on=None)
    if is_listed:
        Destruction.objects.update(
            state=DestructionState.LISTED, destroyed_on=None, witness=None, witnessed_at=None, is_journaled=False
        )
    else:
        PhysicalUnit.objects.update(destruction=None, policy=None, due_on=None)
        destruction.delete()
    index.add(PhysicalUnit.objects.get(barcode=CODES[0]), KeyKind.NAME, ["Ada"])


def stands() -> list[tuple[Any, ...]]:
    columns = ("barcode", "destroyed_on", "due_on", "policy", "destruction__key", "destruction__state")
    return list(PhysicalUnit.objects.order_by("barcode").values_list(*columns))


def test_the_journal_names_what_was_destroyed_by_identifiers_alone(destroyed: Destruction, will: User) -> None:
    (entry,) = journal.entries()
    assert (entry.model, entry.run, entry.as_of) == ("privacy.PhysicalUnit", str(destroyed.key), TODAY.isoformat())
    assert [barcode for barcode, _ in entry.rows] == CODES
    assert entry.told["witness"] == will.pk
    assert entry.told["units"][CODES[0]] == {"rule": "RET-7", "version": 1, "due_on": "2024-01-01"}
    assert "Will" not in entry.content()
    assert destroyed.is_journaled


def test_it_is_written_once(destroyed: Destruction) -> None:
    assert journaling.write_waiting() == 0
    Destruction.objects.update(is_journaled=False)  # as if the worker had died in between
    assert journaling.write_waiting() == 1
    assert journal.count() == 1


def test_a_store_that_is_away_has_it_written_by_the_clock(
    grace: User, will: User, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    def away(_gone: journal.Gone) -> bool:
        raise StoreUnavailable("away")

    made = destroying.list_for([make_unit(grace, CODES[0])], Way(Destroying.BURNING, "", "Washington"), grace)
    with monkeypatch.context() as patched, django_capture_on_commit_callbacks(execute=True):
        patched.setattr(journal, "write", away)
        destroying.witness(made, CODES[:1], TODAY, will)
    assert journal.count() == 0
    standing.tick()
    assert journal.count() == 1


@pytest.mark.parametrize("is_listed", [False, True])
def test_boxes_that_a_restore_brings_back_are_destroyed_again(destroyed: Destruction, *, is_listed: bool) -> None:
    before = stands()
    key = destroyed.key
    restore(destroyed, is_listed=is_listed)
    assert PhysicalUnit.objects.filter(destroyed_on=None).count() == 2
    done = replay()
    assert (done.rows, done.by_hand) == ({"privacy.PhysicalUnit": 2}, [])
    assert stands() == before
    assert not UnitKey.objects.exists()
    again = papers.certificate_of(Destruction.objects.get(key=key))
    assert (again.is_done, again.listed_by, again.witness, again.said) == (True, "Grace", "Will", journaling.AGAIN)
    assert replay().total == 0
    assert journal.count() == 1


def test_a_hold_does_not_bring_back_what_is_burnt(destroyed: Destruction, grace: User) -> None:
    restore(destroyed)
    hold_on(grace, categories=[18])
    assert replay().rows == {"privacy.PhysicalUnit": 2}


def test_boxes_whose_witness_the_backup_does_not_know_are_named(destroyed: Destruction, will: User) -> None:
    restore(destroyed)
    will.delete()
    done = replay()
    assert (done.total, done.by_hand) == (0, CODES)
    assert not UnitKey.objects.exists()
    assert set(PhysicalUnit.objects.values_list("destroyed_on", flat=True)) == {None}


def test_a_box_registered_after_the_backup_is_passed_over(destroyed: Destruction) -> None:
    restore(destroyed)
    PhysicalUnit.objects.get(barcode=CODES[1]).delete()
    assert replay().rows == {"privacy.PhysicalUnit": 1}


def test_a_version_of_the_rule_that_the_backup_lacks_is_the_latest_it_has(destroyed: Destruction) -> None:
    restore(destroyed)
    journal_says = next(iter(journal.entries()))
    journal_says.told["units"][CODES[0]]["version"] = 9
    assert journaling.destroyed_again(journal_says) == (2, [])
    assert PhysicalUnit.objects.get(barcode=CODES[0]).policy == policies.latest()["RET-7"]


def test_the_command_names_the_boxes_to_be_entered_by_hand(
    destroyed: Destruction, will: User, capsys: pytest.CaptureFixture[str]
) -> None:
    restore(destroyed)
    will.delete()
    call_command("retention", "replay")
    assert "the accounts that saw it are not in the backup: WM-900001, WM-900002." in capsys.readouterr().out


# The certificate's proof ----------------------------------------------------------------------------------------------


def test_the_certificate_is_sealed_with_all_that_it_says(destroyed: Destruction) -> None:
    assert papers.certificate_of(destroyed).ledger == "Not sealed yet: the ledger is sealed every minute."
    sealing.seal_all()
    certificate = papers.certificate_of(destroyed)
    assert certificate.sealed
    assert certificate.ledger.startswith(f"Entry {certificate.sealed.position:,} of ")
    found = check(proofs.as_file(proofs.proof_of_certificate(destroyed)), naming.verifiers())
    assert (found.kind, found.reference) == ("destruction_done", str(destroyed.key))
    assert found.what == "Boxes or media were destroyed before a witness"
    assert found.statement
    assert [unit["barcode"] for unit in found.statement["units"]] == CODES


@pytest.mark.parametrize("change", [{"site": "Nowhere"}, {"said": "Two more."}])
def test_a_certificate_that_is_changed_later_is_found(destroyed: Destruction, change: dict[str, str]) -> None:
    sealing.seal_all()
    assert verify().is_clean
    Destruction.objects.update(**change)
    act = LedgerAct.objects.get(kind="destruction_done")
    assert [one.said for one in verify().findings] == [
        f"The destruction {destroyed.key} was altered since act {act.pk}"
    ]


def test_a_box_put_on_a_certificate_later_is_found(destroyed: Destruction, grace: User) -> None:
    sealing.seal_all()
    unit = PhysicalUnit.objects.get(barcode=CODES[0])
    other = make_unit(grace, "WM-900003")
    PhysicalUnit.objects.filter(pk=other.pk).update(
        destruction=destroyed, policy=unit.policy, due_on=unit.due_on, destroyed_on=TODAY
    )
    assert [one.said.partition(str(destroyed.key))[0] for one in verify().findings] == ["The destruction "]


def test_the_page_leads_to_the_proof(destroyed: Destruction, client: Client, grace: User) -> None:
    client.force_login(grace)
    page = f"/administration/privacy/destruction/{destroyed.pk}/change/"
    assert "proof/" not in client.get(page).content.decode()
    sealing.seal_all()
    assert f"/administration/privacy/destruction/{destroyed.pk}/proof/" in client.get(page).content.decode()
    answer = client.get(f"/administration/privacy/destruction/{destroyed.pk}/proof/")
    assert check(answer.content.decode(), naming.verifiers()).reference == str(destroyed.key)
    assert papers.certificate_pdf(papers.certificate_of(destroyed)).startswith(b"%PDF")


def test_a_list_that_waits_has_no_proof_yet(client: Client, grace: User) -> None:
    made = destroying.list_for([make_unit(grace, CODES[0])], Way(Destroying.BURNING, "", "Washington"), grace)
    client.force_login(grace)
    answer = client.get(f"/administration/privacy/destruction/{made.pk}/proof/", follow=True)
    assert "Not sealed yet: that is done when it has ended." in answer.content.decode()


def test_the_command_writes_the_proof(destroyed: Destruction, capsys: pytest.CaptureFixture[str]) -> None:
    sealing.seal_all()
    call_command("ledger", "proof", "--destruction", str(destroyed.pk))
    assert check(capsys.readouterr().out, naming.verifiers()).reference == str(destroyed.key)
