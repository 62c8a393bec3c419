"""Things whose letters wait, for the tests of letters: of each kind that is declared, one to C-0, C-1 …"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.utils import timezone

from campaigns.models import Share
from records.models import (
    Award,
    Customer,
    ListMembership,
    PublicationOrder,
    Registration,
    StudyParticipant,
    Submission,
)
from records.models.correspondence import Correspondence

Thing = TypeVar("Thing", bound=Correspondence)


def told(thing: Thing) -> Thing:
    """Its letter went."""
    thing.letter_asked_at = thing.letter_due_at = None
    thing.save(update_fields=["letter_asked_at", "letter_due_at"])
    return thing


def since(thing: Thing, asked_at: datetime, due_at: datetime | None = None) -> Thing:
    """Its letter waits since then, and has not been tried; or was put off until `due_at`."""
    type(thing)._base_manager.filter(pk=thing.pk).update(letter_asked_at=asked_at, letter_due_at=due_at or asked_at)
    thing.refresh_from_db(fields=["letter_asked_at", "letter_due_at"])
    return thing


def registrations(count: int) -> list[Registration]:
    from tests.campaigns.gathering import comes, make_gathering

    forum = make_gathering()
    return [comes(forum, f"C-{number}") for number in range(count)]


def entries(count: int) -> list[Submission]:
    from tests.campaigns.contesting import enters, make_contest

    contest = make_contest()
    return [enters(contest, f"C-{number}") for number in range(count)]


def prizes(count: int, first: int = 0) -> list[Award]:
    """Of so many who entered, from C-`first` on; in the order of their numbers, not of the drawing."""
    from records.contests import PROMOTING, draw
    from tests.campaigns.contesting import close, enters, make_contest

    contest = make_contest(winners=count)
    for number in range(first, first + count):
        enters(contest, f"C-{number}")
    draw(close(contest), None, PROMOTING)
    rows = Award.objects.select_related("submission__customer")
    return list(rows.order_by("submission__customer__number"))


def subscriptions(count: int) -> list[ListMembership]:
    from tests.campaigns.publishing import make_publication, subscribes

    news = make_publication()
    return [subscribes(news, _reader(number), addressee="Ann") for number in range(count)]


def ordered(count: int) -> list[PublicationOrder]:
    from tests.campaigns.publishing import make_publication, orders

    news = make_publication()
    return [orders(news, _reader(number), addressee="Ann") for number in range(count)]


def participants(count: int) -> list[StudyParticipant]:
    from tests.campaigns.studying import make_study, takes_part

    study = make_study(places=count)
    return [takes_part(study, f"C-{number}") for number in range(count)]


def passed_on(count: int) -> list[Share]:
    """Each of them by Ann, to so many colleagues who are known."""
    from campaigns.recipients.passing import pass_on
    from privacy.roles import Role
    from tests.campaigns.shared import shared_with
    from tests.factories import make_customer, make_user

    sales = make_user(Role.SALES, "Sam Sales")
    shared = shared_with(make_customer("P-1", sales, name="Ann Lee", email="ann@example.org"), sales)
    colleagues = [make_customer(f"C-{number}", email=f"c-{number}@example.org") for number in range(count)]
    made = [pass_on(shared, name=one.name, email=one.email) for one in colleagues]
    return [share for share in made if share]


def _reader(number: int) -> Customer:
    from tests.campaigns.publishing import ADDRESS
    from tests.factories import make_customer

    return make_customer(f"C-{number}", email=f"c-{number}@example.org", **ADDRESS)


MAKERS: dict[type[Correspondence], Callable[[int], list[Any]]] = {
    Registration: registrations,
    Submission: entries,
    Award: prizes,
    ListMembership: subscriptions,
    PublicationOrder: ordered,
    StudyParticipant: participants,
    Share: passed_on,
}


def waiting(model: type[Correspondence], count: int) -> list[Any]:
    """C-0, C-1 … wait for a letter, each since a second later."""
    begun = timezone.now() - timedelta(minutes=5)
    return [since(one, begun + timedelta(seconds=nth)) for nth, one in enumerate(MAKERS[model](count))]
