"""Prizes that nobody claimed, and the letter to whoever may not enter. Arguments are numbers and words of the program
alone."""

from celery import shared_task

from campaigns.programmes import prize_letters
from privacy.errands import ask_once_committed
from records import contests
from records.contests import Bar
from records.models import Contest, Customer


def write_refusal_soon(contest: Contest, customer: Customer, bar: Bar, language: str) -> None:
    """Nothing is kept of who may not enter, so that this letter waits nowhere: without a broker, or a mail server, it
    does not go, and they may try again."""
    ask_once_committed(write_of_refusal.name, contest.pk, customer.pk, bar.value, language)


@shared_task
def write_of_refusal(contest: int, customer: int, bar: str, language: str) -> None:
    found = Contest.objects.select_related("survey").filter(pk=contest).first()
    person = Customer.objects.filter(pk=customer).first()
    if found and person:
        prize_letters.write_of_refusal(found, person, Bar(bar), language)


@shared_task
def tend_contests() -> None:
    """Prizes whose day has passed go on."""
    contests.lapse_unclaimed()
