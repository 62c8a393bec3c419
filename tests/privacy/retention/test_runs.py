"""A list from being made to its end: exceptions, pauses, holds in mid-run, two at once, clocks that jump."""

import ast
import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from config.catalogues import CHECKOUT
from privacy.agency import agency_today
from privacy.models import (
    DispositionRun,
    LegalHold,
    PendingConsequence,
    PlannedRow,
    RetentionClock,
    RetentionPolicy,
    User,
)
from privacy.retention import consequences, disposal, holding, policies, runs, standing
from privacy.retention.enums import RunState
from privacy.retention.policies import Wish
from privacy.retention.said_words import in_words
from privacy.roles import Role
from privacy.vault import KeyDestroyed, has_key, unseal
from records.enums import ContactKind
from records.models import ContactPoint, Customer, Interaction
from tests.config.test_translations_code import in_full
from tests.factories import make_customer, make_user
from tests.processes import wait_for
from tests.retention import dispose, gone_customer, hold_on, signed_list

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]


def contact_of(customer: Customer, number: str = "+12025550100") -> ContactPoint:
    return ContactPoint.objects.create(customer=customer, kind=ContactKind.FAX, value=number, normalized=number)


def test_batches_bound_what_one_transaction_takes(grace: User) -> None:
    for number in range(5):
        gone_customer(f"C-{number}")
    run = signed_list(grace)
    runs.begin(run)
    run.refresh_from_db()
    assert runs.carry_on(run, batch=2, most=1) == RunState.RUNNING
    assert [step.disposed for step in run.steps.all()] == [2, 0]
    assert runs.carry_on(run, batch=2) == RunState.DONE
    assert [step.disposed for step in run.steps.all()] == [5, 5]
    assert not PlannedRow.objects.exists()
    assert not PendingConsequence.objects.exists()


def test_a_paused_run_stands_still_and_goes_on_where_it_was(grace: User) -> None:
    for number in range(4):
        gone_customer(f"C-{number}")
    run = signed_list(grace)
    runs.begin(run)
    runs.carry_on(run, batch=1, most=2)
    runs.pause(run)
    assert runs.carry_on(run, batch=1) == RunState.PAUSED
    assert [step.disposed for step in run.steps.all()] == [2, 0]
    runs.resume(run)
    assert runs.carry_on(run, batch=1) == RunState.DONE
    assert not Customer.objects.exists()


def test_a_hold_placed_in_mid_run_keeps_what_has_not_gone_yet(grace: User) -> None:
    customers = [gone_customer(f"C-{number}") for number in range(3)]
    run = signed_list(grace)
    runs.begin(run)
    runs.carry_on(run, batch=3, most=1)
    hold_on(grace, people=[customers[1].key])
    assert runs.carry_on(run, batch=3) == RunState.DONE
    assert list(Customer.objects.all()) == [customers[1]]
    run.refresh_from_db()
    line = run.steps.get(model="records.Customer")
    assert (line.planned, line.disposed, line.kept_held, line.kept_changed, run.left_over) == (3, 2, 1, 0, 0)


def test_a_relationship_that_goes_on_again_in_mid_run_is_kept(grace: User) -> None:
    customers = [gone_customer(f"C-{number}") for number in range(2)]
    run = signed_list(grace)
    runs.begin(run)
    runs.carry_on(run, batch=2, most=1)
    Customer.objects.filter(pk=customers[0].pk).update(relationship_ended_on=None, relationship_end_reason="")
    assert runs.carry_on(run) == RunState.DONE
    assert list(Customer.objects.all()) == [customers[0]]
    assert run.steps.get(model="records.Customer").kept_changed == 1


def test_a_call_that_is_recorded_in_mid_run_keeps_the_customer(grace: User) -> None:
    customer, staff = gone_customer(), make_user(Role.SALES)
    run = signed_list(grace)
    runs.begin(run)
    Interaction.objects.create(customer=customer, staff=staff, about="Called back")
    assert runs.carry_on(run) == RunState.DONE
    assert Customer.objects.filter(pk=customer.pk).exists()


def test_an_excepted_line_stays_and_so_does_what_it_refers_to(grace: User) -> None:
    customer = gone_customer()
    contact_of(customer)
    run = runs.make(made_as="test")
    runs.except_line(run.steps.get(model="records.ContactPoint"), grace, "Asked by counsel.")
    runs.sign(run, grace)
    assert runs.carry_on(run) == RunState.DONE
    assert ContactPoint.objects.count() == 1
    assert Customer.objects.count() == 1
    assert run.steps.get(model="records.Customer").kept_changed == 1


def test_a_stopped_run_certifies_what_has_gone(grace: User) -> None:
    for number in range(2):
        gone_customer(f"C-{number}")
    run = signed_list(grace)
    runs.begin(run)
    runs.carry_on(run, batch=1, most=1)
    with pytest.raises(runs.Refused, match="State why"):
        runs.stop(run, grace, " ")
    runs.stop(run, grace, "Wrong month.")
    run.refresh_from_db()
    assert (run.state, run.said) == (RunState.STOPPED, "Stopped by Grace: Wrong month.")
    assert runs.counts(run)["disposed"] == 1
    assert not PlannedRow.objects.exists()


def test_a_withdrawn_list_makes_room_for_another(grace: User) -> None:
    run = runs.make(made_as="test")
    with pytest.raises(runs.Refused, match="has not ended"):
        runs.make(made_as="test")
    runs.withdraw(run, grace, "Next month.")
    assert runs.make(made_as="test").pk != run.pk


def test_the_database_takes_one_open_list_alone(grace: User) -> None:
    runs.make(made_as="test")
    with pytest.raises(IntegrityError, match="disposition_one_at_a_time"), transaction.atomic():
        DispositionRun.objects.create(as_of=agency_today(), made_as="other")


def test_whoever_made_a_list_by_hand_does_not_sign_it(grace: User) -> None:
    run = runs.make(by=grace)
    with pytest.raises(runs.Refused, match="cannot sign it"):
        runs.sign(run, grace)
    runs.sign(run, make_user(Role.RECORDS_ADMINISTRATOR, "Ada"))


def test_a_list_is_signed_once(grace: User) -> None:
    gone_customer()
    run = signed_list(grace)
    with pytest.raises(runs.Refused, match="now in another state: signed"):
        runs.sign(run, grace)
    line = run.steps.get(model="records.Customer")
    with pytest.raises(runs.Refused, match="in another state"):
        runs.except_line(line, grace, "Late.")


def test_a_rule_that_is_changed_after_the_signature_stops_the_list(grace: User) -> None:
    gone_customer()
    run = signed_list(grace)
    wish = Wish("relationship_ends", 3, "year", "clear", "Backups are short.")
    policies.approve(policies.propose("RET-3", wish, grace), make_user(Role.RECORDS_ADMINISTRATOR, "Ada"))
    assert runs.carry_on(run) == RunState.STOPPED
    assert Customer.objects.count() == 1


def test_a_rule_that_is_changed_in_mid_run_stops_what_is_left(grace: User) -> None:
    for number in range(3):
        gone_customer(f"C-{number}")
    run = signed_list(grace)
    runs.begin(run)
    runs.carry_on(run, batch=3, most=1)
    before = Customer.objects.count()
    wish = Wish("relationship_ends", 36, "month", "clear", "The same in months.")
    policies.approve(policies.propose("RET-3", wish, make_user(Role.RECORDS_ADMINISTRATOR, "Ada")), grace)
    assert runs.carry_on(run, batch=3) == RunState.STOPPED
    run.refresh_from_db()
    assert run.said == "Rule 3, version 1 was changed while the run was under way; make another list."
    assert Customer.objects.count() == before


def test_a_list_is_never_of_a_day_to_come() -> None:
    with pytest.raises(runs.Refused, match="a preview"):
        runs.make(agency_today() + timedelta(days=1), made_as="test")


def test_the_keys_of_who_goes_are_destroyed_and_those_of_others_are_not(grace: User) -> None:
    gone, stays = gone_customer("C-1"), make_customer("C-2")
    for customer in (gone, stays):
        customer.date_of_birth = date(1980, 1, 1)
        customer.save()
    sealed: Any = getattr(Customer.objects.get(pk=gone.pk), "date_of_birth_sealed")  # noqa: B009 (typed as none)
    dispose(grace)
    assert (has_key(gone.key), has_key(stays.key)) == (False, True)
    with pytest.raises(KeyDestroyed):
        unseal(gone.key, "records.Customer.date_of_birth", gone.key, sealed)


def test_what_a_dead_worker_left_to_do_is_done_by_the_next(grace: User, monkeypatch: pytest.MonkeyPatch) -> None:
    customer = gone_customer()
    customer.date_of_birth = date(1980, 1, 1)
    customer.save()
    run = signed_list(grace)
    runs.begin(run)
    with monkeypatch.context() as patch:
        patch.setattr(consequences, "settle", lambda run: None)
        while runs.carry_on(run, most=1) == RunState.RUNNING and Customer.objects.exists():
            pass
    assert has_key(customer.key)
    assert PendingConsequence.objects.exists()
    assert runs.carry_on(run) == RunState.DONE
    assert not has_key(customer.key)
    assert not PendingConsequence.objects.exists()


def test_overlapping_holds_keep_until_the_last_is_released(grace: User) -> None:
    customer = gone_customer()
    first, second = hold_on(grace, people=[customer.key]), hold_on(grace, categories=[1])
    holding.release(first, grace, "Settled.")
    dispose(grace)
    assert Customer.objects.filter(pk=customer.pk).exists()
    holding.release(second, grace, "Settled.")
    dispose(grace)
    assert not Customer.objects.exists()


def test_a_request_holds_what_it_is_about_and_gives_no_fresh_period(grace: User) -> None:
    customer, request = gone_customer(), uuid.uuid4()
    holding.open_request_hold(request, [customer.key], grace, agency_today() + timedelta(days=30))
    dispose(grace)
    assert Customer.objects.count() == 1
    holding.release_request_hold(request, grace)
    run = dispose(grace)
    assert run.steps.get(model="records.Customer").first_trigger == date(2023, 1, 10)
    assert not Customer.objects.exists()


def test_a_former_value_of_a_held_record_is_kept_when_it_is_amended(grace: User) -> None:
    from privacy import changes
    from privacy.accesslog import Actor
    from privacy.enums import Duty
    from privacy.purposes import Basis

    customer = gone_customer(city="Boise")
    hold_on(grace, people=[customer.key])
    customer.city = "Nampa"
    changes.save(customer, by=Actor.system("test"), basis=Basis(duty=Duty.AMENDMENT))
    dispose(grace)
    (entry,) = changes.history(Customer.objects.get())
    assert (entry.field, entry.before, entry.after) == ("city", "Boise", "Nampa")


def test_the_history_of_what_goes_goes_with_it(grace: User) -> None:
    from privacy import changes
    from privacy.accesslog import Actor
    from privacy.enums import Duty
    from privacy.models import Change
    from privacy.purposes import Basis

    customer, other = gone_customer(), make_customer("C-2")
    for one in (customer, other):
        one.city = "Nampa"
        changes.save(one, by=Actor.system("test"), basis=Basis(duty=Duty.AMENDMENT))
    dispose(grace)
    assert [change.row for change in Change.objects.all()] == [str(other.pk)]


def test_the_command_waits_for_a_signature_and_then_disposes(grace: User, capsys: pytest.CaptureFixture[str]) -> None:
    gone_customer()
    with pytest.raises(CommandError, match="waits for a records administrator's signature"):
        call_command("retention", "run")
    runs.sign(DispositionRun.objects.get(), grace)
    call_command("retention", "run")
    assert "Done. Disposed of 2 rows; kept 0 held and 0 others; destroyed 0 keys." in capsys.readouterr().out


def test_the_command_lists_as_json_what_a_run_would_take(capsys: pytest.CaptureFixture[str]) -> None:
    import json

    gone_customer()
    call_command("retention", "run", "--dry-run", "--as-of", "2030-01-01", "--json")
    told = json.loads(capsys.readouterr().out)
    assert (told["as_of"], told["rows"]) == ("2030-01-01", 2)
    assert told["by_model"] == {"campaigns.Viewer": 1, "records.Customer": 1}
    assert Customer.objects.count() == 1


def test_the_command_disposes_of_nothing_for_another_day() -> None:
    with pytest.raises(CommandError, match="--as-of is for --dry-run"):
        call_command("retention", "run", "--as-of", "2030-01-01")


def test_the_command_says_that_the_rules_are_not_approved() -> None:
    RetentionPolicy.objects.update(state="replaced")
    with pytest.raises(CommandError, match="has not approved the retention rules"):
        call_command("retention", "run", "--dry-run")


@pytest.mark.parametrize(("days", "word"), [(-1, "went back"), (41, "jumped")])
def test_a_clock_that_jumps_stops_everything_until_somebody_confirms_it(days: int, word: str) -> None:
    today = agency_today()
    assert standing.look_at_clock(today)
    assert not standing.look_at_clock(today + timedelta(days=days))
    with pytest.raises(runs.Refused, match=word):
        runs.make(made_as="test")
    assert word in standing.problems(today, runs.open_run())[0]
    standing.confirm_clock()
    assert standing.look_at_clock(today)
    assert runs.make(made_as="test")


def test_a_clock_that_goes_on_by_days_is_believed() -> None:
    today = agency_today()
    assert all(standing.look_at_clock(today + timedelta(days=days)) for days in (0, 0, 1, 30, 70))
    assert RetentionClock.objects.get().day == today + timedelta(days=70)


@pytest.mark.parametrize(
    ("kept", "spanish"),
    [
        ("Stopped by Grace: Wrong month.", "Detenida por Grace: Wrong month."),
        ("The clock went back from 2026-03-02 to 2026-03-01. Nothing is disposed of until it is confirmed.",
         "El reloj retrocedió de 2026-03-02 a 2026-03-01. No se elimina nada hasta que se confirme."),
        ("It is no longer what was signed; make another list. The list was made on another day.",
         "Ya no es lo que se firmó; haga otra lista. La lista se hizo otro día."),
        ("It is no longer what was signed; make another list. a under rule 3: 1 rows on the list, 2 now; "  # noqa: ISC004
         "b under rule 3: 0 rows on the list, 1,204 now",
         "Ya no es lo que se firmó; haga otra lista. a bajo la regla 3: 1 filas en la lista, ahora 2; "  # noqa: ISC004
         "b bajo la regla 3: 0 filas en la lista, ahora 1,204"),
        ("Rule 3, version 1 was changed while the run was under way; make another list.",
         "Rule 3, version 1 se cambió mientras la ejecución estaba en marcha; haga otra lista."),
        ("", ""),
    ],
)  # fmt: skip
def test_what_a_run_says_is_kept_in_english_and_read_in_the_readers_language(kept: str, spanish: str) -> None:
    with translation.override("es"):
        assert in_words(kept) == spanish
    with translation.override("en"):
        assert in_words(kept) == kept


def test_each_sentence_of_a_run_is_named() -> None:
    """What `_close` keeps, and what the clock is doubted for."""
    for name, call in (("runs.py", "_close"), ("disposal.py", "Grown"), ("disposal.py", "Changed")):
        path = CHECKOUT / "privacy/retention" / name
        calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
        said = [in_full(one.args[-1]) for one in calls if ast.unparse(one.func) == call and one.args]
        with translation.override("es"):
            assert [one for one in said if one and in_words(one) == one] == []


def test_pages_show_what_a_run_said_in_the_readers_language(client: Client, grace: User) -> None:
    gone_customer()
    run = signed_list(grace)
    runs.begin(run)
    runs.stop(run, grace, "Wrong month.")
    RetentionClock.objects.update_or_create(
        only=True,
        defaults={
            "day": agency_today(),
            "doubt": "The clock went back from 2026-03-02 to 2026-03-01. Nothing is disposed of until it is confirmed.",
        },
    )
    User.objects.filter(pk=grace.pk).update(language="es")
    client.force_login(grace)
    page = client.get(reverse("admin:privacy_dispositionrun_change", args=[run.pk])).content.decode()
    assert "Detenida por Grace: Wrong month." in page
    assert "Stopped by" not in page
    with translation.override("es"):
        found = standing.problems(agency_today(), runs.open_run())
    assert any(one.startswith("El reloj retrocedió de 2026-03-02 a 2026-03-01.") for one in found)
    assert any("Detenida por Grace: Wrong month." in one for one in found)


def test_a_signed_list_stops_when_the_clock_is_in_doubt(grace: User) -> None:
    gone_customer()
    run = signed_list(grace)
    RetentionClock.objects.update_or_create(
        only=True, defaults={"day": agency_today(), "doubt": "The clock went back."}
    )
    assert runs.carry_on(run) == RunState.STOPPED
    assert Customer.objects.count() == 1


def test_the_schedule_makes_one_list_a_month_and_asks_for_it_by_mail(grace: User, mailoutbox: list[object]) -> None:
    standing.tick()
    standing.tick()
    run = DispositionRun.objects.get()
    assert (run.made_as, run.as_of, run.state) == ("schedule", agency_today(), RunState.PLANNED)
    assert [(mail.subject, mail.bcc) for mail in mailoutbox] == [  # type: ignore[attr-defined]
        ("A disposition list is waiting for your signature", [grace.email])
    ]
    runs.withdraw(run, grace, "Next month.")
    standing.tick()
    assert DispositionRun.objects.count() == 1


def test_a_list_that_was_not_made_is_told_once_a_day(grace: User, mailoutbox: list[object]) -> None:
    RetentionPolicy.objects.update(decided_at="2026-01-01T00:00Z")
    today = agency_today()
    assert any("was not made" in problem for problem in standing.problems(today, runs.open_run()))
    assert standing.is_late(today)
    from privacy.retention import alerting

    RetentionClock.objects.create(day=today)
    assert alerting.tell_of_problems(lambda: ["The list was not made."])
    assert not alerting.tell_of_problems(lambda: ["The list was not made."])
    assert len(mailoutbox) == 1
    assert "The list was not made." in mailoutbox[0].body  # type: ignore[attr-defined]


def test_who_placed_a_forgotten_hold_is_reminded_once_a_week(grace: User, mailoutbox: list[object]) -> None:
    from privacy.retention import alerting

    officer = make_user(Role.PRIVACY_OFFICER, "Olga")
    hold_on(officer, categories=[6], review_on=agency_today() - timedelta(days=1))
    hold_on(officer, categories=[7], review_on=agency_today())
    assert alerting.remind_of_holds() == 1
    assert alerting.remind_of_holds() == 0
    assert mailoutbox[0].bcc == [officer.email, grace.email]  # type: ignore[attr-defined]
    LegalHold.objects.update(reminded_at="2026-01-01T00:00Z")
    assert alerting.remind_of_holds() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_one_list_do_not_both_go_on(grace: User) -> None:
    gone_customer()
    run = signed_list(grace)
    other = connections["default"].copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [run.lock])
        assert runs.carry_on(run) == RunState.SIGNED
        assert Customer.objects.count() == 1
    finally:
        other.close()
    wait_for(lambda: runs.carry_on(run) == RunState.DONE, "the lock is let go of with its session")


@pytest.mark.django_db(transaction=True)
def test_a_batch_that_does_not_see_a_hold_cannot_end_after_it_is_placed(grace: User) -> None:
    """Placing a hold waits for the batch under way, and a batch waits for a hold that is being placed."""
    customer = gone_customer()
    run = signed_list(grace)
    runs.begin(run)
    other = connections["default"].copy()
    try:
        with other.cursor() as cursor:
            other.set_autocommit(False)
            cursor.execute(f"SELECT pg_advisory_xact_lock({holding.HOLDS_LOCK})")
            with connections["default"].cursor() as mine:
                mine.execute("SET lock_timeout = '200ms'")
            with pytest.raises(Exception, match="lock timeout"):
                disposal.go_on(run)
            other.rollback()
    finally:
        other.close()
        with connections["default"].cursor() as mine:
            mine.execute("RESET lock_timeout")
    assert Customer.objects.filter(pk=customer.pk).exists()


def test_a_day_that_is_none_is_refused_in_words() -> None:
    with pytest.raises(CommandError, match="'2026-13-01' is no date as in 2026-03-01"):
        call_command("retention", "run", "--dry-run", "--as-of", "2026-13-01")
