"""Pictures that a template draws as SVG, as files: the data map, narrowed as on its page, and what becomes due."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from analytics.exports.feeding import NotWritten
from campaigns.materials.processes import TookTooLong, ends_within, started
from privacy.agency import agency_today
from privacy.datamap import data_map, narrowed
from privacy.datamap_picture import map_picture
from privacy.guards import permit_required
from privacy.notice_forms import DataMapForm
from privacy.retention import policies
from privacy.retention.forecast import forecast
from privacy.roles import Permit

LONGEST = 60.0  # seconds


@require_safe
def data_map_picture(request: HttpRequest, form: str) -> HttpResponse:
    """Filters that make no sense lead to the page, which tells them."""
    asked = DataMapForm(request.GET)
    if not asked.is_valid():
        return redirect(f"{reverse('data_map')}?{request.GET.urlencode()}")
    rows = narrowed(data_map(), **asked.cleaned_data)
    if not rows:
        raise Http404
    name = pgettext("file name", "data-map")
    return drawn(name, form, "privacy/data_map_picture.svg", {"picture": map_picture(rows)})


@require_safe
@permit_required(Permit.VIEW_RETENTION)
def forecast_picture(request: HttpRequest, form: str) -> HttpResponse:
    found = forecast(policies.latest(), agency_today())
    name = pgettext("file name", "what-becomes-due")
    return drawn(name, form, "privacy/retention/forecast_picture.svg", {"forecast": found})


def drawn(name: str, form: str, template: str, context: dict[str, Any]) -> HttpResponse:
    """The picture as a file; `form` is `svg` or `png`. Raises Http404 for any other."""
    if form not in {"svg", "png"}:
        raise Http404
    svg = render_to_string(template, context)
    content, content_type = (svg.encode(), "image/svg+xml") if form == "svg" else (as_png(svg), "image/png")
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.{form}") or ""
    return response


def as_png(svg: str) -> bytes:
    """Drawn by a process of its own, whose library is heavy. Raises NotWritten."""
    with TemporaryDirectory(prefix="waymark-picture-") as home:
        path = Path(home) / "file"
        with started("analytics.exports.rendering.svg_to_png", str(path), home=Path(home)) as process:
            assert process.stdin is not None  # noqa: S101 (started gives it one)
            try:
                process.stdin.write(svg.encode())
                process.stdin.close()
                ended = ends_within(process, LONGEST)
            except (BrokenPipeError, TookTooLong) as problem:
                raise NotWritten("the picture did not come") from problem
        if ended or not path.exists():
            raise NotWritten(f"the drawing ended with {ended}")
        return path.read_bytes()
