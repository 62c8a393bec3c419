"""The process that draws: `python -m campaigns.materials.drawing FILE TYPE FOLDER FIRST`.

It writes JSON, a line each: {"pages"}, then for each page from FIRST on {"page", "width", "height", "text"} once
FOLDER/PAGE/ holds its pictures; {"type"} alone where TYPE says that the parts of the file must tell it; or {"failure"}
in words, and ends. It is at most AHEAD pages ahead of whoever reads,
who sends a byte for each page that is done with.
"""

import json
import os
import sys
import threading
from pathlib import Path
from typing import Any

from campaigns.materials.drawing import limits
from campaigns.materials.drawing.bounded import bound, tether
from campaigns.materials.drawing.documents import opened
from campaigns.materials.drawing.pictures import save_pictures
from campaigns.materials.drawing.problems import Unfit
from campaigns.materials.drawing.types import PACKAGE, type_of_package

AHEAD = 4
OUT_OF_MEMORY = f"Drawing it takes more memory than {limits.MEMORY >> 30} GB: it is larger than a document is."


def main(file: str, media_type: str, folder: str, first: str) -> None:
    room = threading.Semaphore(AHEAD)
    tether(room.release)
    bound(limits.MEMORY, limits.SECONDS_IN_ALL, limits.LARGEST_PICTURE)
    try:
        if media_type == PACKAGE:
            tell(type=type_of_package(Path(file)))
        else:
            draw(Path(file), media_type, Path(folder), int(first), room)
    except Unfit as problem:
        tell(failure=str(problem))
    except MemoryError:
        tell(failure=OUT_OF_MEMORY)


def draw(path: Path, media_type: str, folder: Path, first: int, room: threading.Semaphore) -> None:
    document = opened(path, media_type)
    tell(pages=len(document))
    for number in range(first, len(document) + 1):
        room.acquire()
        image, text = document.page(number)
        (folder / str(number)).mkdir()
        picture = save_pictures(image, folder / str(number))
        tell(page=number, width=picture.width, height=picture.height, text=text)


def tell(**what: Any) -> None:
    os.write(1, json.dumps(what).encode() + b"\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
