"""Surveys as customers answer them: through a share's link, or at the survey's own address. No account.

Each page is saved when it is left, and by a script while it is being filled in (`keep`, answered without a page).
"""

from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from campaigns import carrying
from campaigns.doors import at_door, for_recipient, personal
from campaigns.enums import Grade
from campaigns.languages import keep_under, language_of, shown
from campaigns.models import AnswerSheet, Share
from campaigns.opening import TOKEN, Door, Opened
from campaigns.programmes import sheets
from campaigns.programmes.forms import PageForm
from campaigns.programmes.public_forms import TRAP, said_of_unknown, way_of
from campaigns.programmes.stating import answering
from campaigns.programmes.telling import Way
from privacy.statement import statement_for
from privacy.tries import Limit, Refusals
from records.asking import Page, asked_pages
from records.models import Question, Survey

both = require_http_methods(["GET", "HEAD", "POST"])
# So many sheets begun from one address within the hour; an office may share one.
begun = Refusals(most=60, seconds=3600)
SAVES = Limit("answer-sheet", tries=600, seconds=60 * 60)
GONE = {sheets.Shut.UNPUBLISHED: 404, sheets.Shut.NOT_YET: 403, sheets.Shut.CLOSED: 410, sheets.Shut.FULL: 410}


@dataclass(frozen=True)
class Reading:
    """Somebody with a survey before them, who came this way. `sheet` is None until they have sent the first page."""

    request: HttpRequest
    survey: Survey
    way: Way
    sheet: AnswerSheet | None
    opened: Opened | None = None

    @property
    def share(self) -> Share | None:
        return self.way.share

    @property
    def is_known(self) -> bool:
        """Whether the link of a share tells who it is: then the sheet is the share's, and none by itself."""
        return self.share is not None and self.way.grade != Grade.UNKNOWN

    @cached_property
    def questions(self) -> list[Question]:
        return list(self.survey.questions.all())

    @property
    def pages(self) -> list[Page]:
        """What is asked of this person, page by page."""
        return asked_pages(self.questions, self.sheet.given if self.sheet else {})

    @property
    def address(self) -> str:
        own = [self.sheet.token] if self.sheet and not self.is_known else []
        if self.share:
            return reverse("share_survey_sheet" if own else "share_survey", args=[self.share.token, *own])
        return reverse("survey_sheet" if own else "survey_open", args=[self.survey.slug, *own])

    @property
    def campaign(self) -> str:
        """What the survey's own address named; none of a share, which has a campaign of its own or none."""
        return "" if self.share else self.way.campaign

    def at(self, number: int, **more: str) -> str:
        """The address of a page, which goes on naming the campaign."""
        named = {"campaign": self.campaign} if self.campaign else {}
        return f"{self.address}?{urlencode({'page': number, **more, **named})}"

    def step(self, number: int, by: int) -> int | None:
        """The next page, or the one before, on which something is asked."""
        pages = self.pages
        number += by
        while 1 <= number <= len(pages) and not pages[number - 1]:
            number += by
        return number if 1 <= number <= len(pages) else None


@both
@for_recipient
def share_survey(request: HttpRequest, opened: Opened, sheet: str = "") -> HttpResponseBase:
    """The survey to which the link of a share leads, with its recipient's own sheet. Whoever is not known for them
    begins one of their own, `sheet`, and sees nothing of the recipient's."""
    share = opened.share
    if share.material.survey_id is None:
        return redirect("open_share", token=share.token)
    survey = Survey.objects.select_related("contest").get(pk=share.material.survey_id)
    if hasattr(survey, "contest"):
        return redirect("share_contest", token=share.token)
    way, begun_here = way_of(request, opened), _sheet_of_token(survey, sheet)
    if way.grade != Grade.UNKNOWN:
        return _known_by_now(Reading(request, survey, way, None, opened), begun_here)
    if sheet and begun_here is None:
        return at_door(request, Opened(Door.CLOSED))
    return _answered(Reading(request, survey, way, begun_here, opened))


def _known_by_now(reading: Reading, begun_here: AnswerSheet | None) -> HttpResponse:
    """The recipient's own sheet; with what they entered on `begun_here` before they showed that it is they, which they
    see from its first page on. What they had handed in by then was handed in."""
    if begun_here and begun_here.handed_in_at:
        return _answered(replace(reading, sheet=begun_here))
    if reading.share and sheets.was_sent_otherwise(reading.survey, reading.share):
        return _submitted_before(reading)
    if begun_here and reading.request.method != "HEAD":  # nothing is changed by looking whether the page is there
        own = sheets.take_over(begun_here, reading.way)
        if reading.request.method != "POST":
            return redirect(replace(reading, sheet=own).at(1, entered="1"))
    rows = AnswerSheet.objects.filter(share=reading.share).select_related("share__recipient__customer")
    return _answered(replace(reading, sheet=rows.first()))


def _sheet_of_token(survey: Survey | None, token: str) -> AnswerSheet | None:
    """A sheet that is of no share's recipient."""
    if not TOKEN.fullmatch(token):
        return None
    return AnswerSheet.objects.filter(token=token, survey=survey, share=None).first()


@csrf_exempt
@login_not_required
@both
def survey_open(request: HttpRequest, slug: str, token: str = "") -> HttpResponseBase:
    """A survey that anybody may answer, and with a token the sheet of whoever began."""
    published = Survey.objects.select_related("contest").filter(slug=slug, is_open=True).exclude(published_at=None)
    survey = published.first()
    if hasattr(survey, "contest"):
        return personal(redirect("contest_open", slug=slug))
    sheet = _sheet_of_token(survey, token)
    if survey is None or (token and sheet is None):
        return personal(at_door(request, Opened(Door.CLOSED)))
    return personal(_answered(Reading(request, survey, way_of(request, None), sheet)))


def _answered(reading: Reading) -> HttpResponse:
    if reading.sheet and reading.sheet.handed_in_at:
        return _submitted_before(reading)
    if reason := sheets.shut(reading.survey):
        return _page(reading, "viewer/survey_shut.html", status=GONE[reason], reason=reason.value)
    request = reading.request
    if request.method == "POST" and not carrying.is_back(request):
        return _sent(reading)
    return _shown(reading, _number(reading, request.GET.get("page", "") or carrying.entered(request, "page")))


def _submitted_before(reading: Reading) -> HttpResponse:
    is_post = reading.request.method == "POST"
    return _page(reading, "viewer/survey_done.html", status=409 if is_post else 200, is_late=is_post)


def _sent(reading: Reading) -> HttpResponse:
    request = reading.request
    if request.POST.get(TRAP):
        return _page(reading, "viewer/survey_done.html", status=201, is_late=False)
    if held_back := _held_back(reading):
        return held_back
    number = _number(reading, request.POST.get("page", ""))
    is_kept, is_back, is_proving = (word in request.POST for word in ("keep", "back", carrying.PROVE))
    form = _form(reading, number, request.POST, is_leaving=is_kept or is_back or is_proving)
    if not form.is_valid() and not is_kept:
        return _shown(reading, number, form)
    if reading.sheet is None and not reading.is_known:
        begun.count(request)
    try:
        sheet = reading.sheet or sheets.begin(reading.survey, _drawn(request), reading.way)
        saved = replace(reading, sheet=sheets.save(sheet, form.answers))
        if is_kept:
            # Where whoever reloads the page finds what was kept.
            return HttpResponse(status=204, headers={"Content-Location": saved.at(number)})
        if is_proving and saved.share:
            asked_for = carrying.query_of(carrying.Carried(saved.address))
            return redirect(f"{reverse('share_verify', args=[saved.share.token])}?{asked_for}")
        return _went_on(saved, number, -1 if is_back else 1)
    except sheets.HandedIn:
        return _page(reading, "viewer/survey_done.html", status=409, is_late=True)
    except sheets.TakesNone as problem:
        return _page(reading, "viewer/survey_shut.html", status=410, reason=problem.reason.value)


def _went_on(reading: Reading, number: int, by: int) -> HttpResponse:
    """To the next page, or the one before; after the last one it is handed in."""
    further = reading.step(number, by)
    if further is None and by > 0 and reading.sheet:
        try:
            sheets.hand_in(reading.sheet, reading.way)
        except sheets.Unanswered as missing:
            further = next(
                at for at, page in enumerate(reading.pages, 1) if missing.question.pk in {one.pk for one in page}
            )
            return redirect(reading.at(further or number, missing="1"))
        return redirect(reading.address)
    return redirect(reading.at(further or number))


def _held_back(reading: Reading) -> HttpResponse | None:
    """What is answered where too much came: from an address that begins, or to one sheet."""
    if reading.sheet:
        is_too_often = not SAVES.take_while_counted(reading.sheet.token)
    else:
        is_too_often = not reading.is_known and begun.too_many(reading.request)
    if not is_too_often:
        return None
    number = _number(reading, reading.request.POST.get("page", ""))
    form = _form(reading, number, reading.request.POST, is_leaving=True)
    answer = _shown(reading, number, form, status=429, is_too_often=True)
    answer["Retry-After"] = str(SAVES.seconds)
    return answer


def _drawn(request: HttpRequest) -> UUID:
    """The key that the page drew; a new one where what came is none."""
    try:
        return UUID(request.POST.get("begun", ""))
    except ValueError:
        return uuid4()


def _number(reading: Reading, text: str) -> int:
    """The page that is asked for; else the first on which nothing is answered yet, as far as that one may go."""
    pages = reading.pages
    if text.isascii() and text.isdecimal() and len(text) < 4 and 1 <= int(text) <= len(pages) and pages[int(text) - 1]:
        return int(text)
    given = reading.sheet.given if reading.sheet else {}
    open_pages = [at for at, page in enumerate(pages, 1) if page and not any(given.get(str(one.key)) for one in page)]
    filled = [at for at, page in enumerate(pages, 1) if page]
    return (open_pages or filled[-1:] or [1])[0]


def _form(reading: Reading, number: int, data: object = None, *, is_leaving: bool = False) -> PageForm:
    """In the language of the reader: labels are made when the form is."""
    pages = reading.pages
    questions = pages[number - 1] if pages else []
    given = reading.sheet.given if reading.sheet else {}
    with translation.override(language_of(reading.request, reading.share).value):
        form = PageForm(questions, given, data, is_leaving=is_leaving)
        carrying.fill(form, reading.request)
        form.is_valid()
    return form


def _shown(
    reading: Reading, number: int, form: PageForm | None = None, *, status: int = 0, is_too_often: bool = False
) -> HttpResponse:
    pages = reading.pages
    asked = [at for at, page in enumerate(pages, 1) if page]
    return _page(
        reading,
        "viewer/survey.html",
        status=status or (422 if form else 200),
        form=form or _form(reading, number),
        number=number,
        at=asked.index(number) + 1 if number in asked else 1,
        of=len(asked),
        is_first=number == (asked or [1])[0],
        is_last=reading.step(number, 1) is None,
        campaign=reading.campaign,
        begun=_drawn(reading.request) if form else (reading.sheet.key if reading.sheet else uuid4()),
        is_missing="missing" in reading.request.GET and form is None,
        is_too_often=is_too_often,
    )


def _page(reading: Reading, template: str, *, status: int = 200, **context: object) -> HttpResponse:
    language = language_of(reading.request, reading.share).value
    known = {
        "survey": reading.survey,
        "share": reading.share,
        **said_of_unknown(reading.opened, reading.way),
        "name": reading.survey.name_in(language),
        "description": reading.survey.description_in(language),
        "act_statement": statement_for(answering(reading.survey, reading.questions)),
    }
    answer = shown(reading.request, template, {**known, **context}, share=reading.share, status=status)
    if reading.share is None:
        keep_under(reading.request, answer, reverse("survey_open", args=[reading.survey.slug]))
    return answer
