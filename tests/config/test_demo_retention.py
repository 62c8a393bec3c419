"""What of the demo is due, and what goes with the demo's accounts when it is cleared."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from config.demo import former
from config.demo.clearing import _let_go_of_retention
from config.demo.rhythm import Calendar
from privacy.models import DispositionRun, LegalHold, RetentionPolicy
from privacy.retention import planning, policies, runs
from privacy.roles import Role
from records.models import Customer, Import, Interaction
from tests.factories import make_customer, make_user
from tests.retention import approve_all, hold_on

AS_OF = date(2026, 11, 28)


def test_some_relationships_ended_long_enough_ago_and_the_others_follow() -> None:
    ended = [former.ended_on(AS_OF, nth) for nth in range(former.MOST)]
    assert (ended[0], ended[5], ended[11]) == (date(2023, 7, 26), date(2023, 11, 28), date(2024, 4, 27))
    assert [day < date(2023, 11, 28) for day in ended] == [True] * 5 + [False] * 7


@pytest.mark.django_db
def test_customers_of_the_demo_who_never_did_anything_are_due() -> None:
    made = Import.objects.create(kind="customers", file_name="customers.csv", is_demo=True)
    people = [make_customer(f"DEMO-{number:05d}", source_import=made) for number in range(7)]
    Interaction.objects.create(customer=people[6], staff=make_user(), about="Called")
    yours = make_customer("C-1")
    assert former.make_former(Calendar(AS_OF, ZoneInfo("America/New_York"))) == 6
    approve_all(make_user(Role.RECORDS_ADMINISTRATOR))
    assert planning.preview(AS_OF).by_model() == {"campaigns.Viewer": 5, "records.Customer": 5}
    assert Customer.objects.get(pk=yours.pk).relationship_ended_on is None


@pytest.mark.django_db
def test_what_the_demos_accounts_decided_goes_with_them_and_yours_stays() -> None:
    demo = make_user(Role.RECORDS_ADMINISTRATOR, "Demo", is_demo=True)
    yours = make_user(Role.RECORDS_ADMINISTRATOR, "Yours")
    approve_all(demo)
    hold_on(demo, categories=[6])
    stays = hold_on(yours, categories=[7])
    runs.withdraw(runs.make(by=demo), demo, "A trial.")
    _let_go_of_retention()
    assert list(LegalHold.objects.all()) == [stays]
    assert not DispositionRun.objects.exists()
    assert not RetentionPolicy.objects.exists()
    with pytest.raises(policies.NotApproved):
        policies.approved()
    demo.delete()
