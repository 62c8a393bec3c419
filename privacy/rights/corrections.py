"""Who was given a contested value before is told of its correction, or of the statement beside it: found in the
accounting of disclosures. Source: 5 U.S.C. 552a(c)(4), (d)(4)."""

from collections.abc import Iterable
from uuid import UUID

from privacy.agency import agency_day
from privacy.disclosures import accounting_of
from privacy.enums import DisputeState
from privacy.models import Correction, Disclosure, Dispute
from privacy.rights.letters import letter_of_correction


def tell_earlier_recipients(dispute: Dispute) -> int:
    """A letter for each earlier recipient of records of the value's category; returns how many there are."""
    made = 0
    for disclosure in accounting_of(dispute.person):
        if dispute.category in disclosure.categories:
            _write(dispute, disclosure)
            made += 1
    return made


def tell_of_what_came_since(disclosure: Disclosure, persons: Iterable[UUID]) -> None:
    """A disclosure that is entered late: a letter of each correction or statement that came after its day."""
    day = agency_day(disclosure.disclosed_at)
    disputes = Dispute.objects.select_related("request").filter(
        person__in=list(persons), category__in=disclosure.categories
    )
    for dispute in disputes:
        is_corrected = dispute.state == DisputeState.CORRECTED and dispute.decided_at is not None
        told_on = agency_day(dispute.decided_at) if is_corrected else dispute.statement_on  # type: ignore[arg-type]
        if told_on is not None and told_on > day:
            _write(dispute, disclosure)


def _write(dispute: Dispute, disclosure: Disclosure) -> None:
    correction = Correction.objects.filter(dispute=dispute, disclosure=disclosure, sent_on=None).first()
    correction = correction or Correction(dispute=dispute, disclosure=disclosure)
    correction.letter = letter_of_correction(dispute, disclosure)
    correction.save()
