"""Links as QR codes, for print: with the quiet zone of four modules that ISO/IEC 18004 asks for."""

from io import BytesIO

import segno

QUIET_ZONE = 4
# Pixels a module: a code of 37 modules is 810 pixels wide, enough for 6 cm at 300 dots an inch.
SCALE = 18


def svg(address: str) -> bytes:
    """A picture that has no size of its own: the page or the printer gives it one."""
    out = BytesIO()
    code = _code(address)
    code.save(out, kind="svg", border=QUIET_ZONE, light="white", omitsize=True, svgclass=None, lineclass=None)
    return out.getvalue()


def png(address: str) -> bytes:
    out = BytesIO()
    _code(address).save(out, kind="png", border=QUIET_ZONE, scale=SCALE, light="white")
    return out.getvalue()


def _code(address: str) -> segno.QRCode:
    """Of the middle level of correction, at least: paper gets folded and stained."""
    return segno.make_qr(address, error="m")
