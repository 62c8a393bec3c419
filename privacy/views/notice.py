"""The notice as pages: each version whole, two of them compared, and the map of where its elements are held.

The notice is public: anybody may read it. What the software makes of it is for whoever is signed in.
"""

import csv

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from privacy.datamap import Row, data_map, narrowed, table
from privacy.datamap_picture import map_picture
from privacy.notice import Notice, in_force, version, versions
from privacy.notice.comparing import compare
from privacy.notice_forms import ComparisonForm, DataMapForm
from privacy.publishing import printed_sections


@require_safe
@login_not_required
def notice_page(request: HttpRequest, name: str = "") -> HttpResponse:
    """A version whole, the one in force where none is named."""
    notice = find(name) if name else in_force()
    context = {
        "notice": notice,
        "sections": printed_sections(notice),
        "versions": versions(),
        "in_force": in_force(),
        "earlier": earlier(notice),
    }
    return render(request, "privacy/notice.html", context)


def find(name: str) -> Notice:
    try:
        return version(name)
    except KeyError:
        raise Http404("There is no version of the notice of that name.") from None


def earlier(notice: Notice) -> Notice | None:
    """The version before, if there is one."""
    return max(
        (one for one in versions() if one.effective < notice.effective), key=lambda one: one.effective, default=None
    )


@require_safe
def comparison_page(request: HttpRequest) -> HttpResponse:
    """The last change where nothing is asked for."""
    last = {"a": versions()[-2:][0].version, "b": versions()[-1].version}
    form = ComparisonForm({**last, **request.GET.dict()})
    if not form.is_valid():
        return render(request, "privacy/notice_compare.html", {"form": form}, status=422)
    found = compare(version(form.cleaned_data["a"]), version(form.cleaned_data["b"]))
    return render(request, "privacy/notice_compare.html", {"form": form, "comparison": found})


@require_safe
def data_map_page(request: HttpRequest) -> HttpResponse:
    form = DataMapForm(request.GET)
    if not form.is_valid():
        return render(request, "privacy/data_map.html", {"form": form}, status=422)
    rows = narrowed(data_map(), **form.cleaned_data)
    if request.GET.get("format") == "csv":
        return as_csv(rows)
    context = {"form": form, "rows": rows, "is_narrowed": any(form.cleaned_data.values())}
    return render(request, "privacy/data_map.html", {**context, "picture": map_picture(rows) if rows else None})


def as_csv(rows: list[Row]) -> HttpResponse:
    """The narrowed map as a file; UTF-8 with the mark that makes Excel read it so."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="data-map.csv"'
    with translation.override("en"):  # programs read it
        csv.writer(response, lineterminator="\r\n").writerows(table(rows))
    return response
