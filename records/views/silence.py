"""Relationships whose end long silence proposes, for the records administrator who confirms it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from privacy.bases import reading_for_duty
from privacy.enums import Duty
from privacy.guards import permit_required, signed_in
from privacy.places import declare_place
from privacy.roles import Permit
from privacy.wording import day
from records import silence

SILENCE = declare_place(
    "silence",
    gettext_noop("Relationships that may have ended: customer IDs and last signs"),
    (2,),
    is_page=True,
    permits=(Permit.KEEP_RETENTION,),
)


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(Permit.KEEP_RETENTION)
def silent_customers(request: HttpRequest) -> HttpResponse:
    """The next so many, by customer ID, with the last sign of each kind; a posted key confirms one."""
    with reading_for_duty(request, Duty.DISPOSITION, SILENCE) as read:
        if request.method == "POST":
            read.count = 1
            _confirm(request)
            return redirect(request.get_full_path())
        found = silence.proposed(_key(request.GET.get("after", "")))
        read.count = len(found)
        context = {
            "found": found,
            "months": silence.months_of_silence(),
            "next": found[-1].key if len(found) == silence.AT_ONCE else None,
        }
        return render(request, "records/silence.html", context)


def _confirm(request: HttpRequest) -> None:
    key = _key(request.POST.get("key", ""))
    try:
        if key is None:
            raise silence.Refused(_("Choose whose relationship ended."))
        done = silence.confirm(key, signed_in(request))
    except silence.Refused as problem:
        messages.error(request, str(problem))
    else:
        messages.success(
            request,
            _("%(done)s: the relationship ended on %(ends_on)s.") % {"done": done.number, "ends_on": day(done.ends_on)},
        )


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
