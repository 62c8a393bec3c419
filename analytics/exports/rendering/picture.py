"""One picture from lines: the one of the table's pictures that the first line names."""

import json
import sys
from pathlib import Path
from typing import IO

from analytics.exports.rendering.drawing import as_png, as_svg


def main(path: str, form: str, lines: IO[bytes]) -> None:
    about = json.loads(lines.readline())
    for _row in lines:
        pass  # the writer of the lines waits until they are read
    picture = next(one for one in about["pictures"] if one["name"] == about["picture"])
    if form == "svg":
        Path(path).write_text(as_svg(picture, about["wording"]), encoding="utf-8")
    else:
        Path(path).write_bytes(as_png(picture, about["wording"]))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.stdin.buffer)
