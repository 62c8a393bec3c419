"""What is done about pairs that were found: merged when sure, kept for a person when not, and decided once."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from privacy.models import User
from records.enums import PairState
from records.identity.likeness import Likeness
from records.identity.merging import CannotMerge, merge
from records.models import Customer, DuplicatePair, Merge

Found = tuple[tuple[int, int], Likeness]


def merge_sure(pairs: Iterable[Found]) -> int:
    """Merge the two people of each pair; the record that is older goes on. Returns how many merges there were."""
    return sum(_merge_sure(first, second, how) for (first, second), how in pairs)


def _merge_sure(first: int, second: int, how: Likeness) -> bool:
    people = Customer.objects.in_bulk([first, second])
    kept, absorbed = sorted((people[first].person_id, people[second].person_id))
    DuplicatePair.objects.update_or_create(
        first_id=first, second_id=second, defaults={**_as_found(how), **_decided(PairState.MERGED, None)}
    )
    if kept == absorbed:
        return False
    merge(Customer(pk=kept), Customer(pk=absorbed), by=None, score=how.score)
    return True


def keep_doubtful(pairs: Sequence[Found]) -> int:
    """Keep the pairs for a person to decide, anew where they were found before. Returns how many they are."""
    rows = [DuplicatePair(first_id=first, second_id=second, **_as_found(how)) for (first, second), how in pairs]
    DuplicatePair.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["first", "second"], update_fields=["score", "evidence"]
    )
    return len(rows)


def same_person(pair: DuplicatePair, *, by: User, keep_second: bool = False) -> Merge:
    """The pair is one person: merge them, the first one's record going on unless told otherwise. Raises CannotMerge."""
    with transaction.atomic():
        found = _open(pair)
        kept, absorbed = (found.second, found.first) if keep_second else (found.first, found.second)
        made = merge(_person(kept), _person(absorbed), by=by, score=found.score)
        _decide(found, PairState.MERGED, by)
        return made


def two_people(pair: DuplicatePair, *, by: User) -> None:
    """The pair is two people: never asked again. Raises CannotMerge when somebody decided otherwise meanwhile."""
    with transaction.atomic():
        _decide(_open(pair), PairState.APART, by)


def _open(pair: DuplicatePair) -> DuplicatePair:
    found = DuplicatePair.objects.select_for_update().select_related("first", "second").get(pk=pair.pk)
    if found.state != PairState.OPEN:
        raise CannotMerge(_("Someone has since decided about these two."))
    return found


def _person(customer: Customer) -> Customer:
    return Customer.objects.get(pk=customer.person_id)


def _as_found(how: Likeness) -> dict[str, object]:
    return {"score": how.score, "evidence": [kind.value for kind in how.evidence]}


def _decided(state: PairState, by: User | None) -> dict[str, object]:
    return {"state": state, "decided_at": timezone.now(), "decided_by": by}


def _decide(pair: DuplicatePair, state: PairState, by: User | None) -> None:
    DuplicatePair.objects.filter(pk=pair.pk).update(**_decided(state, by))
