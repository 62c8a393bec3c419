"""What is stated above what customers answer, from the notice's data."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext_noop as _

from privacy.notice import elements_ever
from privacy.statement import Collecting
from records.models import Contest, Question, Study, Survey
from records.models.survey import GENERAL_ELEMENTS, SURVEY_CATEGORIES


def answering(survey: Survey, questions: Sequence[Question]) -> Collecting:
    """For what a survey's answers are collected, and the categories of records that its questions fill."""
    known = elements_ever()
    wanted = {question.element for question in questions} | {GENERAL_ELEMENTS[survey.kind == "contest"]}
    return Collecting(
        "Answers to a survey",
        _("learn what customers think, want and do, and to use that to improve products and services."),
        tuple(sorted({known[element].category for element in wanted})),
        _("Answering is voluntary, and so is each question unless it says that it must be answered."),
        _("If you do not answer, nothing happens: no service depends on it."),
    )


REGISTRATION = Collecting(
    "Registration for an event",
    _("register you for the event, give you a place and a badge, and prepare what you need there."),
    (1, 7, 8),
    _(
        "Registering is voluntary. Without a name and an e-mail address we cannot hold a place for you; you "
        "may leave the rest empty."
    ),
    _(
        "If you do not register, nothing else happens. What you need in order to take part is seen only by "
        "the organizers."
    ),
)


PAID_REGISTRATION = replace(
    REGISTRATION,
    categories=(1, 6, 7, 8),
    for_what=_(
        "register you for the event, take the payment for your place, give you a badge, and prepare what you need"
        " there."
    ),
    is_voluntary=_(
        "Registering is voluntary. Without a name, an e-mail address and the payment we cannot hold a place "
        "for you; you may leave the rest empty. Your card number is entered at the payment service and never "
        "reaches us."
    ),
)


def entering_contest(contest: Contest) -> Collecting:
    """For what an entry is collected. One query, of the contest's questions."""
    known = elements_ever()
    asked = set(contest.survey.questions.values_list("element", flat=True)) | {GENERAL_ELEMENTS[1]}
    return Collecting(
        "Entry to a contest",
        _("take your entry, draw the winners, write to them and send the prizes."),
        tuple(sorted({1, *(known[element].category for element in asked)})),
        _(
            "Entering is voluntary. We ask whether you may enter but do not keep it: neither your age nor "
            "your answers about it."
        ),
        _("If you do not enter, nothing happens: no service and no price depends on it."),
    )


def taking_part(study: Study) -> Collecting:
    """For what it is collected who takes part in a study, and what is learnt of them."""
    return Collecting(
        f"Research: {study.get_kind_display().lower()}",
        _("learn what customers think, want and do, and to use that to improve products and services."),
        (1, *SURVEY_CATEGORIES),
        _(
            "Taking part is voluntary, as a whole and in each part. You may withdraw at any time, without "
            "giving a reason: from then on, what was noted and recorded about you is no longer used, and it "
            "is destroyed."
        ),
        _("If you do not take part, or withdraw, nothing happens: no service depends on it."),
    )


ORDER = Collecting(
    "Order of a publication",
    _("send you the publication that you ask for, as often as you ask for it."),
    (1, 2),
    _(
        "Ordering is voluntary. Without a name and an e-mail address we cannot take your order, and without "
        "a postal address we cannot send you anything in print."
    ),
    _("If you do not order, nothing happens. What you do not confirm is deleted within a week."),
)


PAID_ORDER = replace(
    ORDER,
    categories=(1, 2, 6),
    for_what=_("take the payment for the publication that you ask for, and send it to you."),
    is_voluntary=_(
        "Ordering is voluntary. Without a name, an e-mail address and the payment we cannot send you what "
        "you order, and without a postal address we cannot send you anything in print. Your card number is "
        "entered at the payment service and never reaches us."
    ),
)
