"""The picture of the data map as a file: the same bands as on its page, narrowed by the same filters."""

from pathlib import Path
from tempfile import TemporaryDirectory

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_safe

from analytics.exports.feeding import NotWritten
from campaigns.materials.processes import TookTooLong, ends_within, started
from privacy.datamap import data_map, narrowed
from privacy.datamap_picture import map_picture
from privacy.notice_forms import DataMapForm

LONGEST = 60.0  # seconds


@require_safe
def data_map_picture(request: HttpRequest, form: str) -> HttpResponse:
    """`form` is `svg` or `png`. Filters that make no sense lead to the page, which tells them."""
    if form not in {"svg", "png"}:
        raise Http404
    asked = DataMapForm(request.GET)
    if not asked.is_valid():
        return redirect(f"{reverse('data_map')}?{request.GET.urlencode()}")
    rows = narrowed(data_map(), **asked.cleaned_data)
    if not rows:
        raise Http404
    svg = render_to_string("privacy/data_map_picture.svg", {"picture": map_picture(rows)})
    content, content_type = (svg.encode(), "image/svg+xml") if form == "svg" else (as_png(svg), "image/png")
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="data-map.{form}"'
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
                raise NotWritten("the picture of the data map did not come") from problem
        if ended or not path.exists():
            raise NotWritten(f"the drawing of the data map ended with {ended}")
        return path.read_bytes()
