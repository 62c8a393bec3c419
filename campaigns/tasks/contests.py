"""Letters of contests, and prizes that nobody claimed. Arguments are numbers and words of the program alone."""

from celery import shared_task

from campaigns.programmes import prize_letters
from records import contests
from records.contests import Bar
from records.models import Award, Contest, Customer, Submission


def write_entry_soon(entry: Submission) -> None:
    write_of_entry.delay_on_commit(entry.pk)  # type: ignore[attr-defined]  # the stubs know no DjangoTask


def write_award_soon(award: Award) -> None:
    write_of_award.delay_on_commit(award.pk)  # type: ignore[attr-defined]  # the stubs know no DjangoTask


def write_refusal_soon(contest: Contest, customer: Customer, bar: Bar, language: str) -> None:
    write_of_refusal.delay_on_commit(  # type: ignore[attr-defined]  # the stubs know no DjangoTask
        contest.pk, customer.pk, bar.value, language
    )


@shared_task
def write_of_entry(entry: int) -> None:
    """How it stands when the task runs. One that has gone meanwhile is told nothing."""
    found = Submission.objects.select_related("survey", "customer").filter(pk=entry).first()
    if found:
        prize_letters.write_of_entry(found)


@shared_task
def write_of_award(award: int) -> None:
    prize_letters.write_of_award(award)


@shared_task
def write_of_refusal(contest: int, customer: int, bar: str, language: str) -> None:
    found = Contest.objects.select_related("survey").filter(pk=contest).first()
    person = Customer.objects.filter(pk=customer).first()
    if found and person:
        prize_letters.write_of_refusal(found, person, Bar(bar), language)


@shared_task
def tend_contests() -> None:
    """Prizes whose day has passed go on; letters that the mail server did not take are written again."""
    contests.lapse_unclaimed()
    for award in Award.objects.filter(told_at=None).order_by("pk").values_list("pk", flat=True):
        prize_letters.write_of_award(award)
