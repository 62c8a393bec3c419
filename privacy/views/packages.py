"""Access packages: asked for, watched, taken for print by the officer, or handed to the requester by link and code."""

import json
from pathlib import Path
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from privacy.access import reading
from privacy.accesslog import Actor
from privacy.bases import reading_for_duty
from privacy.enums import Duty, KeyKind, PackageState
from privacy.guards import permit_required, signed_in
from privacy.models import Package
from privacy.rights.forms import CodeForm
from privacy.rights.package import delivering, making
from privacy.rights.procedure import NotNow
from privacy.roles import Permit
from privacy.sent_once import nothing_saved
from privacy.tries import Refusals
from privacy.views.requests import of_key, page_of

may_answer = permit_required(Permit.ANSWER_REQUESTS)
SCHEMA = Path(making.__file__).parent / "package.schema.json"
# Links that lead nowhere, by address of whoever tries them.
guesses = Refusals(most=20, seconds=600)


@require_POST
@may_answer
def package_new(request: HttpRequest, key: UUID) -> HttpResponse:
    try:
        making.ask(of_key(key), signed_in(request))
    except NotNow as problem:
        messages.error(request, str(problem))
        nothing_saved(request)
    else:
        messages.success(request, _("The package is being made."))
    return redirect("request", key=key)


@require_safe
@may_answer
def package_state(request: HttpRequest, key: UUID, package: UUID) -> JsonResponse:
    """How far it is, for the page that watches it."""
    found = _of(key, package)
    return JsonResponse({"state": found.state, "rows": found.rows_done})


def _of(key: UUID, package: UUID) -> Package:
    return get_object_or_404(Package.objects.select_related("request"), request__key=key, key=package)


@require_safe
@may_answer
def package_file(request: HttpRequest, key: UUID, package: UUID, name: str) -> HttpResponseBase:
    """A file of the package, to be printed or posted. Each is a reading."""
    found = _of(key, package)
    path = _path(found, name)
    with reading_for_duty(request, Duty.ACCESS, making.PACKAGE, KeyKind.CUSTOMER_ID) as read:
        read.count = found.request.people.count()
        return _sent(found, path)


def _path(package: Package, name: str) -> Path:
    """The file of this name; 404 for what is none of the package's, or gone."""
    names = [one for one, _ in delivering.files_of(package)]
    path = making.folder_of(package) / name
    if package.state != PackageState.READY or name not in names or not path.exists():
        raise Http404("There is no such file, or it is deleted already.")
    return path


def _sent(package: Package, path: Path) -> FileResponse:
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"{package.request.number}-{path.name}")


@require_safe
@login_not_required
def package_schema(request: HttpRequest) -> HttpResponse:
    """The JSON Schema of the packages: it describes, and holds nothing of anybody."""
    return JsonResponse(json.loads(SCHEMA.read_text()))


@require_POST
@may_answer
def package_offer(request: HttpRequest, key: UUID, package: UUID) -> HttpResponse:
    """Make the link and the code, which is shown once."""
    found = _of(key, package)
    try:
        code = delivering.offer(found)
    except NotNow as problem:
        messages.error(request, str(problem))
        return redirect("request", key=key)
    with reading_for_duty(request, Duty.ACCESS, making.PACKAGE) as read:
        read.count = 1
        return page_of(request, of_key(key), status=201, code=code, offered=found)


@require_POST
@may_answer
def package_handed_over(request: HttpRequest, key: UUID, package: UUID) -> HttpResponse:
    """It was posted or handed over on paper."""
    try:
        delivering.hand_over(_of(key, package))
    except NotNow as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("Noted that the copy was handed over."))
    return redirect("request", key=key)


# For the requester ---------------------------------------------------------------------------------------------------


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def package_download(request: HttpRequest, token: str) -> HttpResponseBase:
    """Asks for the code; with it, lists the files or sends one. It is asked for each time: there is no session.

    The code is the secret, and the page tells no referrer, so there is no token against forged forms.
    """
    found = None if guesses.too_many(request) else delivering.offered(token)
    if found is None:
        guesses.count(request)
        return _private(render(request, "privacy/package_closed.html", status=404))
    form = CodeForm(request.POST or None)
    if form.is_valid() and not delivering.is_right(found, form.cleaned_data["code"]):
        form.add_error("code", _("That code is not right. After five wrong codes, the link is closed."))
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return _private(render(request, "privacy/package_code.html", {"form": form}, status=status))
    wanted = request.POST.get("file", "")
    if not wanted:
        context = {"found": found, "code": form.cleaned_data["code"], "files": delivering.files_of(found)}
        return _private(render(request, "privacy/package_files.html", context))
    path = _path(found, wanted)
    with reading(Actor.system("package_download"), making.GIVING_ACCESS, place=making.PACKAGE) as read:
        read.count = found.request.people.count()
        delivering.delivered(found)
        return _private(_sent(found, path))


def _private(answer: HttpResponseBase) -> HttpResponseBase:
    """Neither found by search engines nor told to other sites by the referrer. Nobody keeps it: privacy.caching."""
    answer["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    answer["Referrer-Policy"] = "no-referrer"
    return answer
