"""Who was given a contested value before is told of its correction, or of the statement beside it: found in the
accounting of disclosures. Source: 5 U.S.C. 552a(c)(4), (d)(4)."""

from privacy.disclosures import accounting_of
from privacy.models import Correction, Dispute
from privacy.rights.letters import letter_of_correction


def tell_earlier_recipients(dispute: Dispute) -> int:
    """A letter for each earlier recipient of records of the value's category; returns how many there are."""
    made = 0
    for disclosure in accounting_of(dispute.person):
        if dispute.category in disclosure.categories:
            correction = Correction.objects.filter(dispute=dispute, disclosure=disclosure, sent_on=None).first()
            correction = correction or Correction(dispute=dispute, disclosure=disclosure)
            correction.letter = letter_of_correction(dispute, disclosure)
            correction.save()
            made += 1
    return made
