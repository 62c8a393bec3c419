"""Files as others write them, as columns of text."""

import gzip
from pathlib import Path

import pytest

from analytics.insight.tables import read_table, told
from records.intake.problems import Refused


def written(folder: Path, text: str, name: str = "file.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("arm,y\na,1\nb,0\n", "utf-8"),
        ("arm;y\r\na;1\r\nb;0\r\n", "utf-8"),
        ("arm\ty\na\t1\nb\t0", "utf-8-sig"),
        ("arm|y\na|1\nb|0\n", "utf-16"),
        ('"arm","y"\n"a","1"\n"b","0"\n', "cp1252"),
        ("arm y\n a   1\n b   0\n", "utf-8"),
    ],
)
def test_columns_are_found_whatever_sets_them_apart(tmp_path: Path, text: str, encoding: str) -> None:
    table = read_table(written(tmp_path, text, encoding=encoding))

    assert table.columns == {"arm": ["a", "b"], "y": ["1", "0"]}


def test_gzipped_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "file.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n1,2\n"))

    assert read_table(path).columns == {"a": ["1"], "b": ["2"]}


def test_file_without_header_has_numbered_columns_and_its_own_lines(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, "7 7\n8 9\n"), has_header=None)

    assert (table.columns, table.lines) == ({"1": ["7", "8"], "2": ["7", "9"]}, [1, 2])


def test_header_of_words_is_one(tmp_path: Path) -> None:
    assert list(read_table(written(tmp_path, "user,item\nu1,i1\n"), has_header=None).columns) == ["user", "item"]


def test_row_that_cannot_be_read_is_left_out_and_told(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, "arm,y\na,1\na,1,2\nb,0\nb,1\n"))

    assert table.lines == [2, 4, 5]
    assert list(told(table)) == ["1 row was left out, the first on line 3: has 3 cells, the header has 2"]


def test_file_of_which_most_cannot_be_read_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"line 2: has 3 cells, the header has 2 \(and so 2 of its rows\)"):
        read_table(written(tmp_path, "arm,y\na,1,2\na,1,2\nb,0\n"))


def test_header_alone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="holds a header and no row"):
        read_table(written(tmp_path, "arm,y\n"))


def test_column_that_is_not_there_is_refused_with_those_that_are(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, "Arm,y\na,1\n"))

    with pytest.raises(Refused, match=r"has no column 'arm': did you mean 'Arm'\?"):
        table.column("arm")
    with pytest.raises(Refused, match=r"has no column 'z': there are 'Arm', 'y'"):
        table.column("z")


def test_missing_file_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"cannot read .*nowhere\.csv"):
        read_table(tmp_path / "nowhere.csv")
