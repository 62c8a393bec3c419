"""The auditor's console, read-only, and what is taken along. What the auditor reads is logged as everybody's is."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from privacy.auditing import console, figures, inventory
from privacy.auditing.evidence import evidence
from privacy.auditing.forms import SAMPLE, PeriodForm
from privacy.bases import reading_for_duty
from privacy.enums import Duty
from privacy.guards import permit_required, signed_in
from privacy.ledger import standing
from privacy.places import declare_place
from privacy.roles import Permit
from privacy.spreadsheets import BYTE_ORDER_MARK, lines
from privacy.views.access_log import lines_of

AUDITING = declare_place("auditing", gettext_noop("The auditor's console: who read what"), (), is_page=True)
EVIDENCE = declare_place("evidence", gettext_noop("The evidence of a period"), ())
may_audit = permit_required(Permit.VIEW_EVIDENCE)


@require_safe
@may_audit
def auditing(request: HttpRequest) -> HttpResponse:
    """Who read what, odd days, a sample. Fourteen statements at most, whatever there is."""
    form = PeriodForm(request.GET)
    if not form.is_valid():
        return render(request, "privacy/auditing.html", {"form": form}, status=422)
    with reading_for_duty(request, Duty.AUDIT, AUDITING) as read:
        drawn = lines_of(console.sample(form.days, SAMPLE, form.seed_word), signed_in(request))
        context = {
            "form": form.filled(),
            "days": form.days,
            "checkpoint": standing.newest(),
            "lateness": standing.lateness(),
            "readers": console.readers(form.days),
            "odd": console.odd_days(form.days),
            "sample": drawn,
            "seed": form.seed_word,
            "times": console.TIMES,
        }
        read.count = len(drawn)
        return render(request, "privacy/auditing.html", context)


@require_safe
@may_audit
def evidence_package(request: HttpRequest) -> HttpResponseBase:
    """One archive for the period, sent while it is written."""
    form = PeriodForm(request.GET)
    if not form.is_valid():
        return render(request, "privacy/auditing.html", {"form": form}, status=422)
    with reading_for_duty(request, Duty.AUDIT, EVIDENCE) as read:
        content = read.streamed(evidence(form.days, timezone.now(), read))
        answer = StreamingHttpResponse(content, content_type="application/zip")
        answer["Content-Disposition"] = f'attachment; filename="evidence-{form.days.words.replace(" ", "-")}.zip"'
        return answer


@require_safe
@permit_required(Permit.VIEW_EVIDENCE, Permit.ANSWER_REQUESTS)
def figures_file(request: HttpRequest) -> HttpResponse:
    """Requests, days taken, refusals and disclosures by year: counts, of nobody."""
    told = [(one.year, one.figure, one.of, one.value) for one in figures.figures()]
    return _csv("figures", figures.HEADS, told)


@require_safe
@permit_required(Permit.VIEW_EVIDENCE, Permit.ANSWER_REQUESTS)
def inventory_file(request: HttpRequest) -> HttpResponse:
    """What is held where, from the models' declarations, with how much of it there is."""
    return _csv("inventory", inventory.HEADS, inventory.rows())


def _csv(name: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    answer = HttpResponse(BYTE_ORDER_MARK, content_type="text/csv; charset=utf-8")
    answer.writelines(lines([heads, *rows]))
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer
