"""Files as somebody who reads Spanish gets them; those for programs say the same whoever asks."""

import ast
import csv
import io
from collections.abc import Iterator
from datetime import time, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pypdfium2 as pdfium
import pytest
from django.http import HttpRequest, QueryDict
from django.test import Client
from django.utils import timezone, translation
from openpyxl import load_workbook
from pytest_django import Settings

from analytics.enums import Rhythm
from analytics.exports import making, scheduling
from analytics.exports.delimited import write_csv
from analytics.exports.feeding import wording
from analytics.exports.rendering.cells import shown
from analytics.exports.sheets import sheet_name
from analytics.exports.sources import source_of
from analytics.exports.tables import list_table
from analytics.exports.writing import Wish
from analytics.folding import fold_all
from analytics.lists import CAMPAIGNS
from analytics.models import Export, ExportSchedule
from config.catalogues import CHECKOUT
from privacy.enums import Language, NumberStyle
from privacy.models import Disclosure, User
from privacy.purposes import Basis
from privacy.roles import Role
from tests.analytics.test_exports import every_listing
from tests.config.test_translations_pages import english
from tests.exporting import address, asked, book_of, content_of, csv_rows, json_rows
from tests.factories import engage, enroll, make_campaign, make_customer, make_material, make_share, make_user

pytestmark = pytest.mark.django_db
GAP = "\N{NO-BREAK SPACE}"


def spanish(role: Role, name: str = "Inés") -> User:
    user = make_user(role, name)
    User.objects.filter(pk=user.pk).update(language=Language.SPANISH, number_style=NumberStyle.OF_LANGUAGE)
    user.refresh_from_db()
    return user


@pytest.fixture
def sales(client: Client) -> User:
    user = spanish(Role.SALES)
    client.force_login(user)
    return user


@pytest.fixture
def spring(sales: User) -> str:
    """A campaign with a response in the treated arm of six, and none in the control of five."""
    control, letter = make_campaign("spring").variants.order_by("position")
    numbers, card = count(), make_material("card")
    for _ in range(5):
        enroll(make_customer(f"C-{next(numbers)}", sales), control, "view", material=card)
    for place in range(6):
        amount = {"amount": "12.50"} if place == 0 else {}
        enroll(make_customer(f"C-{next(numbers)}", sales), letter, *(["response"] if place == 0 else []), **amount)
    fold_all()
    return "campaign/spring"


def notes_of(book: Any) -> dict[str, str]:
    return {row[0].value: row[1].value for row in book.worksheets[-1]}


def text_of(document: bytes) -> str:
    pages = pdfium.PdfDocument(document)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())


# For people ----------------------------------------------------------------------------------------------------------


def test_a_list_has_the_headings_and_words_of_the_screen(client: Client, sales: User) -> None:
    control = make_campaign("spring").variants.all()[0]
    enroll(make_customer("C-1", sales), control, "response", amount="12.50")
    fold_all()
    rows = csv_rows(client, "campaigns")
    assert rows[0][:3] == ["Nombre", "Fase", "Empieza"]
    assert rows[1][:2] == ["Spring", "Cerrada"]  # what somebody typed stays
    book = book_of(client, "campaigns")
    assert book.sheetnames == ["Campañas", "Sobre este archivo"]
    assert [cell.value for cell in book.worksheets[-2][1]] == rows[0]
    notes = notes_of(book)
    assert (notes["Qué"], notes["Exportado por"], notes["Filtros"]) == ("Campañas", "Inés", "ninguno")
    assert notes["Ordenado por"].endswith((", ascendente", ", descendente"))


def test_the_notes_say_filters_by_the_labels_of_the_screen(client: Client, sales: User) -> None:
    assert notes_of(book_of(client, "campaigns", "state=running"))["Filtros"] == "Estado: En curso"
    User.objects.filter(pk=sales.pk).update(language=Language.ENGLISH)
    assert notes_of(book_of(client, "campaigns", "state=running"))["Filters"] == "State: Running"


def test_the_database_writes_the_words_that_python_does(sales: User) -> None:
    enroll(make_customer("C-1", sales), make_campaign("spring").variants.all()[0])
    fold_all()
    request = HttpRequest()
    request.user, request.GET = sales, QueryDict("")
    written = []
    for copied in (True, False):
        with translation.override("es"):
            table = list_table(CAMPAIGNS.chosen(request), timezone.now(), ())
            file = io.BytesIO()
            assert table.copied
            write_csv(table if copied else without_copy(table), file)
            written.append(file.getvalue().decode())
    assert written[0] == written[1]
    assert "Cerrada" in written[0]


def without_copy(table: Any) -> Any:
    object.__setattr__(table, "copied", "")
    return table


def test_a_reports_sheet_is_in_words_and_its_csv_under_the_documented_names(
    client: Client, sales: User, spring: str
) -> None:
    book = book_of(client, spring)
    heads = [cell.value for cell in book.worksheets[-2][1]]
    assert heads[:4] == ["Nombre corto", "Variante", "Control", "Destinatarios"]
    assert "Tasa de respuesta: diferencia con el control en puntos" in heads
    assert book.sheetnames[-2] == "Spring"
    verdicts = [heads.index(name) for name in heads if name.endswith(": veredicto")]
    found = {book.worksheets[-2][3][place].value for place in verdicts}
    assert found == {None, "muy pocas personas", "clara", "no clara"}
    assert notes_of(book)["Método"].startswith("Las tasas son personas divididas por destinatarios")
    assert csv_rows(client, spring)[0][:4] == ["name", "label", "is_control", "recipients"]


def test_a_document_is_in_spanish_with_its_pictures_and_numbers(client: Client, sales: User, spring: str) -> None:
    document = content_of(asked(client, spring, "pdf"))
    told = pdfium.PdfDocument(document).get_metadata_dict()
    assert told["Subject"].startswith("Un informe de Waymark a fecha de 20")
    assert b"/Lang (es)" in document or b"/Lang(es)" in document
    text = text_of(document)
    for words in ("Página 1 de ", "Los números", "Sobre este archivo", "Tasa de respuesta", "16,67 %", "$12,50", "no"):
        assert words in text
    for words in ("The numbers", "About this file", "Page 1 of", "12.50"):
        assert words not in text


@pytest.mark.parametrize(
    ("kind", "cell", "spanish", "english"),
    [
        ("count", 12345, "12.345", "12,345"),
        ("count", 2.25, "2,2", "2.2"),
        ("rate", -0.0125, "−1,25\xa0%", "−1.25%"),
        ("money", "1234.5", "$1.234,50", "$1,234.50"),
        ("decimal", 152.5, "152,5", "152.5"),
        ("text", 99724.905, "99.724,9", "99,724.9"),
        ("text", 0.0021, "0,002", "0.002"),
        ("text", 0.0004, "<0,001", "<0.001"),
        ("text", 0.0, "0,0", "0.0"),
        ("text", "1,234.5", "1,234.5", "1,234.5"),
        ("text", True, "sí", "yes"),
        ("date", "2026-03-10", "2026-03-10", "2026-03-10"),
        ("count", {"hidden": True}, "oculto", "hidden"),
        ("count", None, "—", "—"),
    ],
)
def test_a_cell_of_a_document_is_written_as_its_language_has_it(
    kind: str, cell: Any, spanish: str, english: str
) -> None:
    for language, said in (("es", spanish), ("en", english)):
        with translation.override(language):
            assert shown(kind, cell, wording()) == said


def test_a_picture_is_in_spanish(client: Client, sales: User, spring: str) -> None:
    svg = content_of(client.get(address(spring, "svg", "picture=funnel")))
    words = " ".join(" ".join(ElementTree.fromstring(svg).itertext()).split())  # noqa: S314 (made here)
    assert "La mayor caída es de" in words
    assert "54,55" in words or "16,67" in words or "9,09" in words
    assert "people" not in words


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_whoever_reads_english_gets_english(client: Client, form: str) -> None:
    client.force_login(make_user(Role.MARKETING_MANAGER))
    make_campaign("spring")
    if form == "csv":
        assert csv_rows(client, "campaigns")[0][0] == "Name"
    else:
        assert book_of(client, "campaigns").sheetnames == ["Campaigns", "About this file"]


@pytest.mark.parametrize("role", [Role.SALES_MANAGER, Role.MARKETING_MANAGER, Role.PRIVACY_OFFICER])
def test_no_heading_note_or_label_of_any_list_is_left_in_english(client: Client, role: Role) -> None:
    user = spanish(role)
    client.force_login(user)
    make_share(make_customer("C-1", user), user)
    fold_all()
    left = {of: texts_of(client, of) & english() for of in (*(of for of, _listing in every_listing(user)), "campaigns")}
    assert len(left) > 3
    assert {of: texts for of, texts in left.items() if texts} == {}


def texts_of(client: Client, of: str) -> set[str]:
    """What a list's workbook says beside its rows; nothing for whoever may not see it."""
    answer = client.get(address(of, "xlsx"))
    if answer.status_code in (403, 404):
        return set()
    if not answer.streaming:  # it is asked for what the records are read
        bases = [value for value, _label in answer.context["form"].fields["basis"].choices]
        answer = client.post(address(of, "xlsx"), {"basis": bases[0]})
    book = load_workbook(io.BytesIO(content_of(answer)))
    return {str(cell.value) for cell in book.worksheets[-2][1]} | set(notes_of(book)) | set(book.sheetnames)


def reports_of(sales: User) -> Iterator[str]:
    customer = make_customer("X-1", sales)
    make_share(customer, sales)
    material = make_material("brochure")
    engage(customer, "view", material=material)
    fold_all()
    yield from ("filtered", "cohorts", "attribution", "sharing", "meetings", "webpages")
    yield from (f"customer/{customer.key}", f"engagement/{customer.key}", "material/brochure")
    yield from ("funnel/spring", "likely/spring", "campaign/spring")


def test_no_heading_note_or_label_of_any_report_is_left_in_english(client: Client, sales: User, spring: str) -> None:
    found = {}
    for of in list(reports_of(sales)):
        book = book_of(client, of)
        notes = notes_of(book)
        cells = {cell.value for row in book.worksheets[-2] for cell in row}
        found[of] = (cells | set(notes) | set(notes.values()) | set(book.sheetnames)) & english()
    assert {of: texts for of, texts in found.items() if texts} == {}


def test_a_sheets_name_is_one_that_a_spreadsheet_takes(sales: User) -> None:
    request = HttpRequest()
    request.user, request.GET = sales, QueryDict("")
    table = list_table(CAMPAIGNS.chosen(request), timezone.now(), ())
    names = {
        "Compared: a/b, [c]? *d* \\e": "Compared a b, c d e",
        "'tis": "tis",
        "x" * 40: "x" * 31,
        "History": "Campaigns",
        "about THIS file": "Campaigns",
        "[:]": "Campaigns",
    }
    for title, name in names.items():
        object.__setattr__(table, "title", title)
        assert sheet_name(table, "About this file") == name


# For programs, and the accounting ------------------------------------------------------------------------------------


def test_files_for_programs_are_the_same_whoever_asks(client: Client, sales: User) -> None:
    enroll(make_customer("C-1", sales), make_campaign("spring").variants.all()[0])
    rows = json_rows(client, "campaigns")
    assert (rows[0]["name"], rows[0]["state"]) == ("Spring", "Closed")
    User.objects.filter(pk=sales.pk).update(language=Language.ENGLISH)
    assert json_rows(client, "campaigns") == rows


def test_the_accounting_of_disclosures_is_in_english(client: Client, sales: User) -> None:
    make_customer("C-1", sales)
    leaves = {"leaves": "on", "recipient_name": "X", "recipient_address": "1 Main Street", "routine_use": "1"}
    assert csv_rows(client, "customers", **leaves)[0][0] == "Nombre"
    disclosure = Disclosure.objects.get()
    assert disclosure.nature == "Customers as CSV"
    assert disclosure.purpose.startswith("Purpose 12: ")


def test_the_api_has_english_tables_whatever_language_its_reader_chose(client: Client) -> None:
    client.force_login(spanish(Role.MARKETING_MANAGER))
    table = client.get("/api/v1/reports/tables/cohorts").json()
    assert (table["title"], table["columns"][0]["label"]) == ("Who comes back", "First share")
    assert "Method" in table["notes"]


# By the worker -------------------------------------------------------------------------------------------------------


def made(export: Export) -> list[list[str]]:
    making.make(export.pk)
    export.refresh_from_db()
    assert export.error == ""
    return list(csv.reader(io.StringIO(making.path_of(export).read_text(encoding="utf-8-sig"))))


@pytest.mark.django_db(transaction=True)
def test_the_worker_writes_in_the_language_of_whoever_asked(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    user = spanish(Role.SALES)
    make_customer("C-1", user)
    with translation.override("es"):
        export = making.enqueue(Wish(user, "customers", "", "csv", Basis(12)), source_of(user, "customers", ""), 1)
    assert export.title == "Clientes"
    with translation.override("en"):
        assert made(export)[0][:2] == ["Nombre", "Número"]


@pytest.mark.django_db(transaction=True)
def test_each_reader_of_a_schedule_gets_their_own_language(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    owner, reader = make_user(Role.MARKETING_MANAGER, "Ann"), spanish(Role.MARKETING_MANAGER)
    make_campaign("spring")
    schedule = ExportSchedule.objects.create(
        owner=owner, of="campaigns", title="Campaigns", format="csv", rhythm=Rhythm.DAILY, at=time(8)
    )
    scheduling.set_readers(schedule, [owner, reader])
    assert scheduling.run_due(timezone.now() + timedelta(days=2)) == 2
    found = {export.asked_by_id: (export.title, made(export)[0][0]) for export in Export.objects.all()}
    assert found == {owner.pk: ("Campaigns", "Name"), reader.pk: ("Campañas", "Nombre")}


@pytest.mark.django_db(transaction=True)
def test_why_an_export_failed_is_said_in_the_language_of_whoever_asked(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    user = spanish(Role.SALES)
    export = making.enqueue(Wish(user, "customers", "", "csv", Basis(12)), source_of(user, "customers", ""), 1)
    user.groups.clear()
    making.make(export.pk)
    export.refresh_from_db()
    assert export.error == "Usted ya no puede exportar esto, o ya no existe."


# The code ------------------------------------------------------------------------------------------------------------


def unmarked(source: str) -> list[int]:
    """The lines on which a head of a column, a note or a title is plain English."""
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Name(id="Head" | "Chart"), args=[label, *_]) if is_words(label):
                found.append(node.lineno)
            case ast.Call(func=ast.Name(id="Source"), args=[_of, title, *_]) if is_words(title):
                found.append(node.lineno)
            case ast.Tuple(elts=[label, _]) if is_words(label) and in_notes(label):
                found.append(node.lineno)
            case ast.keyword(arg="title", value=value) if is_words(value):
                found.append(value.lineno)
    return found


def is_words(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def in_notes(node: ast.expr) -> bool:
    """Notes begin with a capital letter; other pairs of a text and something do not."""
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and str(node.value)[:1].isupper())


def test_plain_english_in_a_table_is_found() -> None:
    lines = (
        'Head("Name", "name")',
        'Head(_("Name"), "name")',
        'Table(title=f"{name}: all")',
        'notes = (("Method", METHOD), (gettext("Method"), METHOD))',
    )
    assert unmarked("\n".join(lines)) == [1, 3, 4]


def test_whatever_a_file_says_is_marked() -> None:
    places = [CHECKOUT / "analytics/comparing/tables.py", *sorted((CHECKOUT / "analytics/exports").glob("*.py"))]
    found = {path.name: lines for path in places if (lines := unmarked(path.read_text()))}
    assert found == {}
