"""Whose the answers to a survey are, where nobody knew when they were handed in."""

from django.db import transaction

from privacy import changes
from privacy.models import User
from privacy.purposes import Basis
from records.models import Submission


def confirm(submission: Submission, by: User, basis: Basis) -> None:
    """The customer sent it: the one whose it is already, or else to whom the link was sent through which it came.

    What is sealed in the answers is sealed for them from then on. Nothing where it was said meanwhile.
    """
    with transaction.atomic():
        submission.refresh_from_db(from_queryset=Submission.objects.select_for_update(of=("self",)))
        if not submission.sent_by:
            return
        answers = [(answer, answer.feeling) for answer in submission.answers.select_related("submission__customer")]
        submission.customer = submission.customer or submission.sent_through
        submission.confirm()
        changes.save(submission, by=by, basis=basis)
        for answer, feeling in answers:
            if feeling is not None:
                answer.submission, answer.feeling = submission, feeling
                answer.save(update_fields=["feeling"])
