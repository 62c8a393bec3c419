"""A report as a file."""

from collections.abc import Callable
from tempfile import TemporaryFile

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from analytics.exports.base import in_utc
from analytics.exports.sheets import XLSX, write_sheet
from analytics.reports.campaign import CampaignReport
from analytics.reports.customer import CustomerReport
from analytics.reports.rendering import as_csv, as_json, kind_of, table

Report = CampaignReport | CustomerReport


Maker = Callable[[Report, str], HttpResponseBase]


def report_maker(request: HttpRequest) -> Maker | None:
    """What makes the file, of a report and a name, that the address asks for; None where it asks for the page.

    Whoever may read a report may take it as a file, as they may by the API.
    """
    makers: dict[str, Maker] = {"csv": csv_file, "json": json_file, "xlsx": xlsx_file}
    return makers.get(request.GET.get("format", ""))


def csv_file(report: Report, name: str) -> HttpResponse:
    return attachment(as_csv(report), "text/csv; charset=utf-8", f"{name}.csv")


def json_file(report: Report, name: str) -> HttpResponse:
    return attachment(as_json(report), "application/json", f"{name}.json")


def attachment(content: str, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def xlsx_file(report: Report, name: str) -> FileResponse:
    heading, *rows = table(report)
    file = TemporaryFile()  # noqa: SIM115  # closed by the response
    labels = [str(label) for label in heading]
    write_sheet(
        file, "report", labels, [kind_of(label) for label in labels], ([in_utc(cell) for cell in row] for row in rows)
    )
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)
