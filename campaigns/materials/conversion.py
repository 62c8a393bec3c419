"""Office files made into PDF by LibreOffice, where it is installed.

It runs bounded (campaigns.materials.drawing.bounded), with a profile of its own that goes with it: no macro runs, and
no address within the document is followed.
"""

import shutil
from pathlib import Path

from campaigns.materials.drawing.limits import LARGEST_CONVERTED, OFFICE_MEMORY, OFFICE_SECONDS
from campaigns.materials.drawing.problems import Unfit
from campaigns.materials.drawing.types import OFFICE
from campaigns.materials.processes import TookTooLong, ends_within, started

BOUNDED = "campaigns.materials.drawing.bounded"
NOT_HERE = (
    "It is an Office file, and this installation has no LibreOffice to turn it into pages: only PDF and images are "
    "taken. Save it as PDF and upload that."
)
NOT_CONVERTED = (
    "LibreOffice cannot turn it into pages: it is damaged, or has a password. Save it as PDF and upload that."
)
TOO_SLOW = f"LibreOffice took longer than {OFFICE_SECONDS} seconds over it. Save it as PDF and upload that."

# Where in LibreOffice's settings, which one, and its value.
SETTINGS = (
    ("org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("org.openoffice.Office.Writer/Content/Update", "Link", "0"),  # never
    ("org.openoffice.Office.Calc/Content/Update", "Link", "1"),  # never, too
)
SETTING = '<item oor:path="/{}"><prop oor:name="{}" oor:op="fuse"><value>{}</value></prop></item>'
PROFILE = '<oor:items xmlns:oor="http://openoffice.org/2001/registry">{}</oor:items>'
QUIETLY = ("--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck", "--nofirststartwizard")


def program() -> str | None:
    """Where LibreOffice is; None where it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def converted(path: Path, media_type: str, folder: Path) -> Path:
    """The PDF made of an Office file, within `folder`. Raises Unfit."""
    office = program()
    if office is None:
        raise Unfit(NOT_HERE)
    named = folder / f"document.{OFFICE[media_type]}"
    shutil.copyfile(path, named)
    bounds = [str(limit) for limit in (OFFICE_MEMORY, OFFICE_SECONDS, LARGEST_CONVERTED)]
    profile = f"-env:UserInstallation={_profile(folder).as_uri()}"
    asked = ["--convert-to", "pdf", "--outdir", str(folder), str(named)]
    with started(BOUNDED, *bounds, office, profile, *QUIETLY, *asked, home=folder) as process:
        try:
            ends_within(process, OFFICE_SECONDS)
        except TookTooLong:
            raise Unfit(TOO_SLOW) from None
    made = folder / "document.pdf"
    if not made.is_file():
        raise Unfit(NOT_CONVERTED)
    return made


def _profile(folder: Path) -> Path:
    settings = folder / "profile" / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(PROFILE.format("".join(SETTING.format(*each) for each in SETTINGS)))
    return folder / "profile"
