"""Taking the demo away again: everything that it made, and nothing else, in one transaction."""

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model, ProtectedError, Q, QuerySet, RestrictedError

from analytics.models import ReachedVerdict, ResponseModel, TroubleArea
from campaigns.models import (
    AnswerSheet,
    Audience,
    Campaign,
    CampaignNote,
    FollowUp,
    Mailing,
    MailMessage,
    Material,
    Outcome,
    RecipientPreference,
    Viewer,
    WebPage,
)
from campaigns.programmes.entering import NUMBERED as ENTERED
from campaigns.programmes.fulfilling import CAME_BACK
from campaigns.programmes.registering import NUMBERED
from campaigns.programmes.sheets import FROM_THE_WEB
from campaigns.undoing import left_alone, take_away
from config.demo import materials
from config.demo.loading import Tell, forget_banner
from config.demo.requests import clear_requests
from config.demo.safeguards import clear_safeguards
from privacy.ledger.lawful import forget
from privacy.models import Change, DispositionRun, LegalHold, RetentionPolicy, User
from records import media, tallying
from records.enums import ImportState, SurveyKind
from records.intake.problems import Refused
from records.intake.undoing import take_back
from records.models import (
    Award,
    Contest,
    Customer,
    CustomerAssignment,
    Drawing,
    Fulfilment,
    FulfilmentEntry,
    Gathering,
    Import,
    Interaction,
    ListMembership,
    MailingList,
    MediaFile,
    Payment,
    PaymentCard,
    Publication,
    PublicationOrder,
    Registration,
    Study,
    StudyFinding,
    StudyNote,
    StudyParticipant,
    StudySession,
    Submission,
    SupplierContract,
    Survey,
    Team,
    TeamMembership,
    Territory,
)
from records.publications import ABOUT
from records.publications import NUMBERED as ORDERED

# Any event of another import that names a campaign or material of the demo.
STRAY_EVENTS = """
SELECT count(*) FROM campaigns_event AS event
WHERE campaign_id IN (SELECT id FROM campaigns_campaign WHERE is_demo)
    OR material_id IN (SELECT id FROM campaigns_material WHERE is_demo)
"""
FIND_DONE_HERE = (Path(__file__).parent / "find_done_here.sql").read_text()
MARKED: tuple[type[Model], ...] = (Survey, Study, Gathering, MailingList, Team, Territory, Import, User)


def clear(tell: Tell) -> None:
    """Remove the demo, whole or half, and say what went. Does nothing where there is none.

    Raises Refused where something that is not the demo's rests on it; then nothing was removed.
    """
    numbers = list(Import.objects.filter(is_demo=True).order_by("-pk").values_list("pk", flat=True))
    with transaction.atomic():
        clear_requests()
        clear_safeguards()
        _let_go()
        _take_away_done_here(tell)
        for record in Import.objects.filter(is_demo=True).exclude(state=ImportState.UNDONE).order_by("-pk"):
            _record, gone = take_back(record.pk, of_demo=True)
            tell(f"{record.file_name}: {gone}")
        _refuse_stray_events()
        for rows in _made():
            _delete(rows, tell)
        materials.forget_topics()
    tallying.fold_all()
    materials.remove_files()
    for number in numbers:
        shutil.rmtree(Path(settings.MEDIA_ROOT) / "imports" / str(number), ignore_errors=True)
    forget_banner()


def _let_go() -> None:
    """What people did with the demo's customers and accounts goes with them; what they did to others stays."""
    demo_staff = Q(staff__is_demo=True)
    CustomerAssignment.objects.filter(demo_staff | Q(customer__source_import__is_demo=True)).delete()
    CustomerAssignment.objects.filter(assigned_by__is_demo=True).update(assigned_by=None)
    TeamMembership.objects.filter(demo_staff | Q(team__is_demo=True)).delete()
    Import.objects.filter(started_by__is_demo=True).update(started_by=None)
    ResponseModel.objects.all().delete()  # it has learnt from the demo's customers: the next training is without them
    ReachedVerdict.objects.filter(campaign__is_demo=True).delete()
    TroubleArea.objects.filter(Q(customer__source_import__is_demo=True) | Q(settled_by__is_demo=True)).delete()
    _let_go_of_retention()


def _let_go_of_retention() -> None:
    """Holds, lists and decisions on rules by the demo's accounts; the rules wait for approval again."""
    forget(LegalHold.objects.filter(Q(placed_by__is_demo=True) | Q(released_by__is_demo=True)))
    decided = RetentionPolicy.objects.filter(Q(made_by__is_demo=True) | Q(decided_by__is_demo=True))
    by_demo = Q(made_by__is_demo=True) | Q(signed_by__is_demo=True) | Q(steps__policy__in=decided)
    lists = set(DispositionRun.objects.filter(by_demo).values_list("pk", flat=True))
    forget(DispositionRun.objects.filter(pk__in=lists))
    forget(decided)


def _take_away_done_here(tell: Tell) -> None:
    """What happened with the demo while the program ran: letters, answers, outcomes, visits and shares of no import.

    A commit in which somebody of yours did something stays whole, and refuses the clearing afterwards.
    """
    viewers = Viewer.objects.filter(customer__source_import__is_demo=True)
    mailings = Mailing.objects.filter(Q(is_demo=True) | Q(campaign__is_demo=True) | Q(sender__is_demo=True))
    MailMessage.objects.filter(mailing__in=mailings).delete()
    mailings.delete()
    AnswerSheet.objects.filter(Q(survey__is_demo=True) | Q(share__recipient__in=viewers)).delete()
    handed_in = Q(survey__is_demo=True) | Q(customer__source_import__is_demo=True)
    answered = Submission.objects.filter(handed_in, number__startswith=FROM_THE_WEB, source_import=None)
    for rows in (FollowUp.objects.filter(viewer__in=viewers), answered):
        _forget_histories(rows.model, [str(number) for number in rows.values_list("pk", flat=True)])
        rows.delete()
    _take_away_contests()
    _take_away_research()
    _take_away_paid()
    _take_away_registered()
    _take_away_publications()
    Outcome.objects.filter(viewer__in=viewers).delete()
    RecipientPreference.objects.filter(viewer__in=viewers).delete()
    WebPage.objects.filter(Q(customer__source_import__is_demo=True) | Q(material__is_demo=True)).delete()
    with connection.cursor() as cursor:
        cursor.execute(FIND_DONE_HERE)
        batches = [number for (number,) in cursor.fetchall()]
        events, _assignments, shares = take_away(cursor, batches) if batches else (0, 0, 0)
    left_alone(viewers).delete()
    if events:
        tell(f"done here: {events:,} events, {shares:,} shares")


def _take_away_paid() -> None:
    """Payments for the demo's events and publications or of its customers, and the cards that paid."""
    events = Registration.objects.filter(gathering__is_demo=True)
    ordered = PublicationOrder.objects.filter(publication__is_demo=True)
    of_things = Q(subject__in=events.values("key")) | Q(subject__in=ordered.values("key"))
    of_demo = Q(customer__source_import__is_demo=True) | of_things
    payments = Payment.objects.filter(of_demo)
    cards = PaymentCard.objects.filter(
        source_import=None, created_by=None, customer__in=payments.values("customer")
    ).filter(provider__in=payments.values("provider"))
    for rows in (cards, payments):
        numbers = list(rows.values_list("pk", flat=True))
        _forget_histories(rows.model, [str(number) for number in numbers])
        rows.model._default_manager.filter(pk__in=numbers).delete()
    contracts = SupplierContract.objects.filter(source_import__is_demo=True).values_list("pk", flat=True)
    _forget_histories(SupplierContract, [str(number) for number in contracts])


def _take_away_registered() -> None:
    """Registrations for the demo's events or of its customers, their histories, and whoever is known by them alone."""
    registered = Q(gathering__is_demo=True) | Q(customer__source_import__is_demo=True)
    everyone = Registration.objects.filter(registered)
    numbers = [str(number) for number in everyone.values_list("pk", flat=True)]
    rows = everyone.filter(source_import=None)
    strangers = list(rows.filter(customer__number__startswith=f"{NUMBERED}-").values_list("customer", flat=True))
    _forget_histories(Registration, numbers)
    rows.delete()
    _forget_strangers(strangers)


def _take_away_contests() -> None:
    """Contests of the demo, their drawings and prizes, entries to them or of its customers, and the tasks of staff."""
    entered = Q(survey__is_demo=True) | Q(customer__source_import__is_demo=True)
    entries = Submission.objects.filter(entered, survey__kind=SurveyKind.CONTEST)
    _forget_histories(Submission, [str(number) for number in entries.values_list("pk", flat=True)])
    awards = Award.objects.filter(submission__in=entries)
    _forget_histories(Award, [str(number) for number in awards.values_list("pk", flat=True)])
    awards.delete()
    steps = Interaction.objects.filter(
        customer__source_import__is_demo=True, source_import=None, created_by=None, about__startswith="Contest: "
    )
    _forget_histories(Interaction, [str(number) for number in steps.values_list("pk", flat=True)])
    steps.delete()
    made_here = entries.filter(source_import=None)
    made_by_entering = made_here.filter(customer__number__startswith=f"{ENTERED}-", customer__source_import=None)
    strangers = list(made_by_entering.values_list("customer", flat=True))
    made_here.delete()
    Drawing.objects.filter(contest__is_demo=True).delete()
    Contest.objects.filter(is_demo=True).delete()
    _forget_strangers(strangers)


def _take_away_research() -> None:
    """Who takes part in the demo's studies or is a customer of it, what was kept of them, and the tasks of staff."""
    people = StudyParticipant.objects.filter(Q(study__is_demo=True) | Q(customer__source_import__is_demo=True))
    sessions = StudySession.objects.filter(study__is_demo=True)
    for file in MediaFile.objects.filter(Q(participant__in=people) | Q(study_session__in=sessions)):
        media.destroy(file)
    for model in (StudyFinding, StudyNote):
        rows = model._default_manager.filter(participant__in=people)
        _forget_histories(model, [str(number) for number in rows.values_list("pk", flat=True)])
        rows.delete()
    _forget_histories(StudyParticipant, [str(number) for number in people.values_list("pk", flat=True)])
    steps = Interaction.objects.filter(
        customer__source_import__is_demo=True, source_import=None, created_by=None, about__startswith="Research: "
    )
    _forget_histories(Interaction, [str(number) for number in steps.values_list("pk", flat=True)])
    steps.delete()
    people.delete()
    sessions.delete()


def _take_away_publications() -> None:
    """The demo's publications, what was ordered of them or by its customers, and the tasks of staff."""
    of_demo = Q(publication__is_demo=True) | Q(customer__source_import__is_demo=True)
    issues = Fulfilment.objects.filter(publication__is_demo=True)
    sent = FulfilmentEntry.objects.filter(Q(fulfilment__in=issues) | Q(customer__source_import__is_demo=True))
    asked = PublicationOrder.objects.filter(of_demo)
    of_list = Q(mailing_list__is_demo=True) | Q(customer__source_import__is_demo=True)
    members = ListMembership.objects.filter(of_list)
    about = Q(about__startswith=ABOUT) | Q(about__startswith=CAME_BACK)
    steps = Interaction.objects.filter(
        about, customer__source_import__is_demo=True, source_import=None, created_by=None
    )
    made_here = members.filter(source_import=None)
    came = Q(publication_orders__in=asked) | Q(list_memberships__in=made_here)
    strangers = list(
        Customer.objects.filter(came, number__startswith=f"{ORDERED}-", source_import=None).values_list("pk", flat=True)
    )
    publications = Publication.objects.filter(is_demo=True)
    everything: tuple[QuerySet[Any], ...] = (sent, issues, asked, members, steps, publications)
    for rows in everything:
        _forget_histories(rows.model, [str(number) for number in rows.values_list("pk", flat=True)])
    sent._raw_delete("default")
    for rows in (issues, asked, made_here, steps, publications):
        rows.delete()
    _forget_strangers(strangers)


def _forget_histories(model: type[Model], numbers: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE waymark_keeper")  # who alone may
        Change.objects.filter(model=model._meta.label, row__in=numbers)._raw_delete("default")
        cursor.execute("RESET ROLE")


def _forget_strangers(strangers: list[int]) -> None:
    """Customers who were made when they came, and are known by nothing else."""
    known_elsewhere = Q(registrations__isnull=False) | Q(viewers__isnull=False) | Q(submissions__isnull=False)
    known_elsewhere |= Q(interactions__isnull=False) | Q(assignments__isnull=False)
    known_elsewhere |= Q(list_memberships__isnull=False) | Q(publication_orders__isnull=False)
    Customer.objects.filter(pk__in=strangers).exclude(known_elsewhere).delete()


def _made() -> list[QuerySet[Model]]:
    """What the demo made besides its imports, and the imports' own records, in the order in which they can go."""
    return [
        Campaign.objects.filter(is_demo=True),
        Material.objects.filter(is_demo=True),
        Audience.objects.filter(owner__is_demo=True),
        CampaignNote.objects.filter(author__is_demo=True),
        *(model._default_manager.filter(is_demo=True) for model in MARKED),
    ]


def _refuse_stray_events() -> None:
    with connection.cursor() as cursor:
        cursor.execute(STRAY_EVENTS)
        (count,) = cursor.fetchone()
    if count:
        raise Refused(
            f"{count:,} events of imports that are not the demo's name its campaigns or materials: "
            "take those imports back first (manage.py import --list). Nothing was removed"
        )


def _delete(rows: QuerySet[Model], tell: Tell) -> None:
    name = str(rows.model._meta.verbose_name_plural)
    try:
        _count, gone = rows.delete()
    except (ProtectedError, RestrictedError) as problem:
        raise Refused(f"the demo's {name} are used by {_counted(problem)} of yours. Nothing was removed") from None
    if count := gone.get(rows.model._meta.label, 0):
        tell(f"{count:,} {name}")


def _counted(problem: ProtectedError | RestrictedError) -> str:
    objects = problem.protected_objects if isinstance(problem, ProtectedError) else problem.restricted_objects
    counts = Counter(str(each._meta.verbose_name_plural) for each in objects)
    return ", ".join(f"{count:,} {name}" for name, count in counts.items())
