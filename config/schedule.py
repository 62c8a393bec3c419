"""Everything that runs by the clock, in one table."""

from datetime import timedelta
from typing import TypedDict


class Options(TypedDict):
    expires: int


class Entry(TypedDict):
    task: str
    schedule: timedelta
    # Seconds after which a call that no worker took is dropped, so that none pile up while no worker runs.
    options: Options


SCHEDULE: dict[str, Entry] = {
    # Each batch asks for its fold when it commits; this picks up what that call could not reach (a broker away).
    "fold what is waiting": {
        "task": "analytics.tasks.fold_pending",
        "schedule": timedelta(seconds=5),
        "options": {"expires": 30},
    },
    # The first event of a month would wait for its partition, and with it all who commit then.
    "make months of the event log ahead": {
        "task": "campaigns.tasks.log.make_months_ahead",
        "schedule": timedelta(hours=6),
        "options": {"expires": 3600},
    },
    # New and changed customers, so that a person is found once under whatever number they came in.
    "compare customers": {
        "task": "records.tasks.compare_waiting",
        "schedule": timedelta(seconds=30),
        "options": {"expires": 30},
    },
    # Pages of surveys count what was not counted yet themselves, of thousands for seconds.
    "count answers to surveys": {
        "task": "records.tasks.count_answers",
        "schedule": timedelta(seconds=5),
        "options": {"expires": 30},
    },
    # Imports whose worker died go on; files of imports that were left lying for a day are deleted.
    "tend imports": {
        "task": "records.tasks.tend_uploads",
        "schedule": timedelta(seconds=30),
        "options": {"expires": 30},
    },
    # Each file of a material asks for itself; this takes up what that call could not reach, or whose worker died.
    "tend materials": {
        "task": "campaigns.tasks.materials.tend_materials",
        "schedule": timedelta(seconds=20),
        "options": {"expires": 20},
    },
    # Each delivery of the conference service asks for itself; this picks up what that call could not reach.
    "take in what the conference service told": {
        "task": "records.tasks.take_in_waiting",
        "schedule": timedelta(seconds=60),
        "options": {"expires": 60},
    },
    # Each notification asks for its own letter; this sends daily ones when it is eight at their reader's, and what was
    # refused.
    "mail notifications": {
        "task": "privacy.tasks.mail_notifications",
        "schedule": timedelta(seconds=30),
        "options": {"expires": 30},
    },
    "forget old notifications": {
        "task": "privacy.tasks.forget_notifications",
        "schedule": timedelta(hours=6),
        "options": {"expires": 3600},
    },
    # What customers asked for and is due, each once on its day.
    "tell of tasks that are due": {
        "task": "campaigns.tasks.shares.tell_of_due_tasks",
        "schedule": timedelta(minutes=5),
        "options": {"expires": 300},
    },
    # A launch asks for its draw itself; this picks up what that call could not reach, and whose worker died.
    "tend launches of campaigns": {
        "task": "campaigns.tasks.launching.tend_launches",
        "schedule": timedelta(seconds=30),
        "options": {"expires": 30},
    },
    # A mailing asks for its next stretch itself; this goes on after a retry's time, a pace or a worker that died.
    "tend mailings": {
        "task": "campaigns.tasks.mail.tend_mailings",
        "schedule": timedelta(seconds=10),
        "options": {"expires": 10},
    },
    # Each letter of a registration, an entry, a prize, a subscription, an order, a study or a share that was passed on
    # asks for itself; this writes what a worker or the broker lost, and what the mail server did not take.
    "write letters that wait": {
        "task": "campaigns.tasks.letters.write_letters",
        "schedule": timedelta(minutes=5),
        "options": {"expires": 300},
    },
    # Prizes whose last day to claim has passed go to the next alternate.
    "tend contests": {
        "task": "campaigns.tasks.contests.tend_contests",
        "schedule": timedelta(minutes=5),
        "options": {"expires": 300},
    },
    # Whoever takes part in research is reminded a day before; what a legal hold had kept of whoever withdrew is
    # destroyed.
    "tend research": {
        "task": "campaigns.tasks.research.tend_research",
        "schedule": timedelta(minutes=5),
        "options": {"expires": 300},
    },
    # Whoever is registered for an event that is at another time or place is told: what the mail server did not take.
    "tend registrations": {
        "task": "campaigns.tasks.registrations.tend_registrations",
        "schedule": timedelta(minutes=5),
        "options": {"expires": 300},
    },
    # Payments of which no webhook told, refunds that are due, and what was not paid in time.
    "tend payments": {
        "task": "records.tasks.tend_payments",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
    # Contracts of suppliers that end soon, each once for its end.
    "remind of contracts": {
        "task": "records.tasks.remind_of_contracts",
        "schedule": timedelta(minutes=15),
        "options": {"expires": 900},
    },
    "forget deliveries of the payment provider": {
        "task": "records.tasks.forget_payment_deliveries",
        "schedule": timedelta(hours=24),
        "options": {"expires": 3600},
    },
    # What somebody asked for of a publication and did not confirm within its days is deleted.
    "drop unconfirmed orders": {
        "task": "campaigns.tasks.publications.drop_unconfirmed_orders",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    # Exports whose worker died start again; files whose time is over are deleted; who waits is told by mail.
    "tend exports": {
        "task": "analytics.tasks.tend_exports",
        "schedule": timedelta(seconds=20),
        "options": {"expires": 20},
    },
    # Lists and reports that somebody gets every day, week or month.
    "run scheduled exports": {
        "task": "analytics.tasks.run_schedules",
        "schedule": timedelta(seconds=30),
        "options": {"expires": 30},
    },
    # What came of tests of variants, once their campaign has ended and all is counted.
    "decide tests that have ended": {
        "task": "analytics.tasks.decide_tests",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
    # Over everybody it takes seconds where there are millions of events, and a reader does not wait for that.
    "count who comes back": {
        "task": "analytics.tasks.count_cohorts",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "count what conversions are owed to": {
        "task": "analytics.tasks.count_attribution",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "find where customers are in trouble": {
        "task": "analytics.tasks.find_trouble",
        "schedule": timedelta(hours=6),
        "options": {"expires": 3600},
    },
    # Each night, and again where a disposal took the model away.
    "learn what is read by the same people": {
        "task": "analytics.tasks.tend_recommender",
        "schedule": timedelta(minutes=15),
        "options": {"expires": 900},
    },
    "learn who responds": {
        "task": "analytics.tasks.tend_response_model",
        "schedule": timedelta(minutes=15),
        "options": {"expires": 900},
    },
    # What was answered to programs is kept for a day, for requests that are sent again.
    # Answers that were begun and never handed in.
    "forget answers that were left": {
        "task": "campaigns.tasks.recipients.forget_left_answers",
        "schedule": timedelta(hours=6),
        "options": {"expires": 3600},
    },
    "forget what was answered to programs": {
        "task": "privacy.tasks.forget_api_answers",
        "schedule": timedelta(minutes=10),
        "options": {"expires": 600},
    },
    # Each event asks for its own sending; this sends again what failed, and what no worker took or finished.
    "tend webhooks": {
        "task": "privacy.tasks.tend_webhooks",
        "schedule": timedelta(seconds=10),
        "options": {"expires": 10},
    },
    "forget old webhooks": {
        "task": "privacy.tasks.forget_webhooks",
        "schedule": timedelta(hours=6),
        "options": {"expires": 3600},
    },
    # Copies of a person's records: those whose worker died begin anew, those whose time is over are deleted.
    "tend access packages": {
        "task": "privacy.tasks.tend_packages",
        "schedule": timedelta(seconds=20),
        "options": {"expires": 20},
    },
    # Officers are reminded of individuals' requests that are due, and told again of those that are overdue.
    "tend individuals' requests": {
        "task": "privacy.tasks.tend_requests",
        "schedule": timedelta(minutes=15),
        "options": {"expires": 900},
    },
    # Contractors' accounts close when their contract is over; each quarter's review of access opens; who looks after a
    # safeguard is reminded of its check.
    "tend safeguards": {
        "task": "privacy.tasks.tend_safeguards",
        "schedule": timedelta(minutes=15),
        "options": {"expires": 900},
    },
    # Every process knows which versions of the notice are published, and which models have disputed values; this puts
    # back what the cache forgot.
    "remind the cache": {
        "task": "privacy.tasks.remind_the_cache",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
    # The accounting of disclosures is kept five years or as long as the records, whichever is longer.
    "forget old accounting of disclosures": {
        "task": "privacy.tasks.forget_accounting",
        "schedule": timedelta(hours=24),
        "options": {"expires": 3600},
    },
    # The disposition list of each month; what is signed goes on where a worker died; what is wrong is told by mail.
    "tend retention": {
        "task": "privacy.tasks.tend_retention",
        "schedule": timedelta(minutes=5),
        "options": {"expires": 300},
    },
    # Files whose row is gone: the store was away as they went, or a worker stood still while it wrote them.
    "sweep the store": {
        "task": "privacy.tasks.sweep_store",
        "schedule": timedelta(hours=24),
        "options": {"expires": 3600},
    },
    # Months of logs that go before long, so that the disposal itself takes seconds.
    "prepare disposal": {
        "task": "privacy.tasks.prepare_disposal",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    # The access log, disclosures, disposals, holds and changes of rules, into the tree of hashes that is signed.
    "seal the ledger": {
        "task": "privacy.tasks.seal_ledger",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
    # A minute after people's visits and changed verdicts, endpoints are told, and senders who asked for it; in that
    # minute scanners show themselves.
    "announce visits": {
        "task": "campaigns.tasks.shares.announce_visits",
        "schedule": timedelta(seconds=20),
        "options": {"expires": 20},
    },
    # What /readyz and the doctor look at.
    "show that it lives": {
        "task": "config.tasks.heartbeat",
        "schedule": timedelta(seconds=15),
        "options": {"expires": 15},
    },
}
