"""A PNG, at twice the size, from the SVG on its input."""

import sys
from pathlib import Path
from typing import IO


def main(path: str, svg: IO[bytes]) -> None:
    import vl_convert

    Path(path).write_bytes(bytes(vl_convert.svg_to_png(svg.read().decode(), scale=2.0)))


if __name__ == "__main__":
    main(sys.argv[1], sys.stdin.buffer)
