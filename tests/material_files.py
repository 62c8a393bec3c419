"""Files for tests of materials: good ones, and one of each bad kind, made here: nothing rests on files elsewhere.

`SHARED` are real ones, where they lie beside the checkout.
"""

import io
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from PIL import Image

from campaigns.enums import MaterialState
from campaigns.materials import keeping, preparing
from campaigns.materials.store import new_name, page_name, store
from campaigns.models import Material, MaterialPage, MaterialVersion
from privacy.models import User
from privacy.roles import Role
from records.intake.receiving import IncomingFile, folder
from tests.factories import make_user

ABOVE = Path(__file__).resolve().parents
SHARED = next((above / "shared/data/pdfs" for above in ABOVE if (above / "shared/data/pdfs").exists()), None)
needs_shared = pytest.mark.skipif(SHARED is None, reason="shared/data/pdfs is not beside the checkout")


def pdf(
    *texts: str, size: tuple[float, float] = (612, 792), kids: str | None = None, count: int | None = None
) -> bytes:
    """A PDF file with a page for each text. `kids` and `count` say something else of its page tree than is true."""
    pages = [3 + 2 * number for number in range(len(texts))]
    listed = kids or " ".join(f"{number} 0 R" for number in pages)
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{listed}] /Count {count or len(texts)} >>",
    ]
    for number, text in zip(pages, texts, strict=True):
        font = "<< /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
        box = f"[0 0 {size[0]} {size[1]}]"
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox {box} /Resources {font} /Contents {number + 1} 0 R >>")
        drawn = f"BT /F 24 Tf 72 {size[1] - 100} Td ({text}) Tj ET"
        objects.append(f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream")
    return assembled(*objects)


def assembled(*objects: str) -> bytes:
    """A PDF file of these objects, numbered from 1; the first is its catalog."""
    content, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(content))
        content += f"{number} 0 obj\n{each}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    return (
        content
        + f"{head}trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(content)}\n%%EOF\n".encode()
    )


def many_pages(count: int) -> bytes:
    """A small PDF file of very many pages, all of them one."""
    return pdf("the same again", kids=" ".join(["3 0 R"] * count), count=count)


def image(kind: str = "PNG", size: tuple[int, int] = (300, 200), **options: Any) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", size, "navy").save(content, kind, **options)
    return content.getvalue()


def bomb() -> bytes:
    """A PNG of 30,000 by 30,000 pixels in about a hundred kilobytes."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    side = 30_000
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(b"\0" * (side // 8 + 1)) for _ in range(side)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def package(**parts: bytes | str) -> bytes:
    """A zip file of these parts; `mimetype` and the like by their names."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as made:
        for name, part in parts.items():
            made.writestr(name, part)
    return content.getvalue()


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def docx(text: str = "Hello from an Office file", main: str = WORD, more: dict[str, bytes] | None = None) -> bytes:
    """A small Word file."""
    types = (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}.main+xml"/></Types>'
    )
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    links = (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{office}" Target="word/document.xml"/></Relationships>'
    )
    body = (
        '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f"<w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>"
    )
    parts: dict[str, bytes | str] = {"[Content_Types].xml": types, "_rels/.rels": links, "word/document.xml": body}
    return package(**parts, **(more or {}))


def odt(text: str = "Hello from an open document") -> bytes:
    """A small OpenDocument text."""
    kind = "application/vnd.oasis.opendocument.text"
    spaces = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    )
    body = f"<office:body><office:text><text:p>{text}</text:p></office:text></office:body>"
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces} office:version="1.2">{body}</office:document-content>'
    )
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" '
        f'manifest:version="1.2"><manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    return package(**{"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})


def incoming(content: bytes, name: str = "file.pdf") -> IncomingFile:
    """The file as the page gets it."""
    folder().mkdir(parents=True, exist_ok=True)
    path = folder() / uuid4().hex
    path.write_bytes(content)
    return IncomingFile(path, name, len(content), settings.MATERIAL_MAX_BYTES)


def make_document(
    content: bytes, by: User | None = None, name: str = "file.pdf", **values: Any
) -> tuple[Material, MaterialVersion]:
    """A material with this file as its first version, which waits."""
    values = {"title": "Guide", "description": "", **values}
    return keeping.make_document(values, incoming(content, name), by or make_user(Role.SALES))


def prepared(content: bytes, by: User | None = None, name: str = "file.pdf", **values: Any) -> MaterialVersion:
    """The first version of a material with this file, after a worker had it."""
    _material, version = make_document(content, by, name, **values)
    preparing.prepare(version.pk)
    version.refresh_from_db()
    return version


def make_shown_material(owner: User, slug: str = "guide", pages: int = 1, **values: Any) -> Material:
    """A document that is ready, its pictures made up: nothing is drawn."""
    values = {"title": slug.title(), "page_count": pages, **values}
    material = Material.objects.create(slug=slug, owner=owner, **values)
    name = store().save(new_name(), ContentFile(b"%PDF-1.4"))
    version = MaterialVersion.objects.create(
        material=material,
        number=1,
        file=name,
        file_name=f"{slug}.pdf",
        media_type="application/pdf",
        size=8,
        state=MaterialState.READY,
        page_count=pages,
        pages_done=pages,
        created_by=owner,
    )
    for number in range(1, pages + 1):
        make_page(version, number)
    return material


def make_page(version: MaterialVersion, number: int = 1, text: str = "") -> MaterialPage:
    """A page whose pictures are three different small ones."""
    pictures = {
        picture: store().save(
            page_name(str(version.file.name), number, picture), ContentFile(image("WEBP", (side, side)))
        )
        for side, picture in ((3, "wide"), (2, "narrow"), (1, "thumbnail"))
    }
    return MaterialPage.objects.create(version=version, number=number, width=1600, height=1600, text=text, **pictures)


def endless(depth: int = 12) -> bytes:
    """A PDF file whose page draws a form ten times, that draws a form ten times, and so on."""
    forms = [
        f"<< /Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << /XObject << /F {6 + level} 0 R >> >> "
        f"/Length {len(10 * '/F Do ')} >>\nstream\n{10 * '/F Do '}\nendstream"
        for level in range(depth)
    ]
    drawn = "0 0 600 700 re f"
    last = f"<< /Type /XObject /Subtype /Form /BBox [0 0 612 792] /Length {len(drawn)} >>\nstream\n{drawn}\nendstream"
    return assembled(
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /XObject << /F 5 0 R >> >> "
        "/Contents 4 0 R >>",
        "<< /Length 5 >>\nstream\n/F Do\nendstream",
        *forms,
        last,
    )
