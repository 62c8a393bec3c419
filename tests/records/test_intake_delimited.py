"""Records of a delimited file: what is read, what is rejected, and what refuses the whole file."""

import gzip
import io
import json
import zipfile
from pathlib import Path

import pytest

from records.intake.delimited import LONGEST_RECORD, Reader, Row
from records.intake.problems import Refused, Reject
from records.intake.source import Source

NAUGHTY = Path(__file__).resolve().parents[3] / "shared" / "data" / "naughty_strings" / "blns.json"

SAVE = "not CSV: save it as CSV (plain or .gz)"
CUT = "Compressed file ended before the end-of-stream marker was reached"
UTF_16 = 'is it UTF-16? then say so in the mapping: [file] encoding = "utf-16"'


def packed(content: bytes) -> bytes:
    """Gzipped without the time of day: the bytes name a test, and two processes must call it the same."""
    return gzip.compress(content, mtime=0)


def read(content: bytes | str, folder: Path, encoding: str = "utf-8") -> list[Row | Reject]:
    path = folder / "file.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    source = Source(path)
    source.content_hash()
    with source.text(encoding) as text:
        return list(Reader(text, name="file.csv", encoding=encoding))


def refusal(content: bytes | str, folder: Path, encoding: str = "utf-8") -> str:
    with pytest.raises(Refused) as refused:
        read(content, folder, encoding)
    message = str(refused.value).replace(f"{folder}/", "")
    assert "\n" not in message
    return message


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_each_kind_of_line_end_parts_the_same_records(end: str, tmp_path: Path) -> None:
    content = end.join(["a,b", "1,2", "", '3,"x', 'y"', "5,6"])
    assert read(content, tmp_path) == [(2, ["1", "2"]), (4, ["3", f"x{end}y"]), (6, ["5", "6"])]


def test_quotes_hold_delimiters_quotes_and_line_ends(tmp_path: Path) -> None:
    assert read('a,b\n"1,2","say ""hi"""\n5" pipe,x\n', tmp_path) == [(2, ["1,2", 'say "hi"']), (3, ['5" pipe', "x"])]


def test_an_unclosed_quote_costs_the_line_it_opens_on_and_no_other(tmp_path: Path) -> None:
    rows = read('a,b\n1,"open\n2,x\n3,"y ""z"""\n4,w\n', tmp_path)
    assert rows == [
        Reject(2, "", "a quote opens on this line and is not closed properly", '1,"open'),
        (3, ["2", "x"]),
        (4, ["3", 'y "z"']),
        (5, ["4", "w"]),
    ]


def test_an_unclosed_quote_in_the_last_line_is_named_as_one(tmp_path: Path) -> None:
    assert read('a,b\n1,"open', tmp_path) == [
        Reject(2, "", "a quote opens on this line and is not closed properly", '1,"open')
    ]


def test_a_quote_that_swallows_lines_gives_them_back(tmp_path: Path) -> None:
    """The quote opened on line 2 is closed by the one that opens on line 4: three lines, too many cells."""
    rows = read('a,b\n1,"open\n2,x\n3,",y"\n', tmp_path)
    assert [row if isinstance(row, Reject) else row[0] for row in rows] == [
        Reject(2, "", "has 3 cells, the header has 2", '1,"open'),
        3,
        4,
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("1", Reject(2, "", "has 1 cells, the header has 2", "1")),
        ("1,2,3", Reject(2, "", "has 3 cells, the header has 2", "1,2,3")),
        ("a,b", Reject(2, "", "repeats the header")),
        ('"1"x,2', Reject(2, "", "text follows a closing quote", '"1"x,2')),
        ("1,\x00", Reject(2, "b", "holds a NUL byte", "\x00")),
    ],
)
def test_a_line_that_is_no_record_is_rejected_and_reading_goes_on(line: str, expected: Reject, tmp_path: Path) -> None:
    assert read(f"a,b\n{line}\n8,9\n", tmp_path) == [expected, (3, ["8", "9"])]


def test_bytes_that_are_no_text_reject_their_row_with_the_column(tmp_path: Path) -> None:
    rows = read(b"a,b\n1,caf\xe9\n2,caf\xc3\xa9\n", tmp_path)
    assert rows == [Reject(2, "b", "is not valid utf-8", "caf\udce9"), (3, ["2", "café"])]


def test_a_line_of_more_than_a_megabyte_is_rejected_and_the_next_is_read(tmp_path: Path) -> None:
    rows = read("a,b\n1," + "x" * (3 * LONGEST_RECORD) + "\n2,y\n", tmp_path)
    assert rows == [Reject(2, "", "is longer than 1,048,576 characters", "1," + "x" * 198), (3, ["2", "y"])]


def test_a_quoted_cell_of_more_than_a_megabyte_is_rejected_line_by_line(tmp_path: Path) -> None:
    lines = ["z" * 1000] * 1100
    rows = read('a,b\n1,"' + "\n".join(lines) + '"\n2,y\n', tmp_path)
    assert rows[0] == Reject(2, "", "a quote opens on this line and is not closed properly", '1,"' + "z" * 197)
    assert rows[-1] == (1102, ["2", "y"])
    assert len(rows) == 1101


def test_the_last_line_of_each_record_is_known(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text('a\n1\n"2\n\n2"\n3\n')
    with Source(path).text("utf-8") as text:
        reader = Reader(text, name="file", encoding="utf-8")
        assert [reader.line for _ in reader] == [2, 5, 6]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "cp1252", "latin-1", "utf-8"])
def test_the_encoding_named_is_the_one_read(encoding: str, tmp_path: Path) -> None:
    assert read("näme,b\nJosé,2\n".encode(encoding), tmp_path, encoding) == [(2, ["José", "2"])]


def test_a_byte_order_mark_is_not_part_of_the_first_name(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes("a,b\n".encode("utf-8-sig"))
    with Source(path).text("utf-8") as text:
        assert Reader(text, name="file", encoding="utf-8").header == ["a", "b"]


def test_gzip_is_known_by_its_content_and_hashes_alike(tmp_path: Path) -> None:
    plain, packed = tmp_path / "a.csv", tmp_path / "b.csv"
    plain.write_bytes(b"a,b\n1,2\n")
    packed.write_bytes(gzip.compress(b"a,b\n1,2\n"))
    assert Source(plain).content_hash() == Source(packed).content_hash()
    assert read(packed.read_bytes(), tmp_path) == [(2, ["1", "2"])]


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.csv", "a,b\n")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "file.csv is empty"),
        (packed(b""), "file.csv is empty"),
        (b"\n \n\n", "file.csv holds no line of text"),
        (zipped(), f"file.csv is a ZIP archive or an Excel workbook, {SAVE}"),
        (packed(packed(b"a")), f"file.csv is a gzip file within a gzip file, {SAVE}"),
        (packed(b"a,b\n" * 999)[:-9], f"file.csv is a broken gzip file ({CUT}): get a whole copy of it"),
        (b"a,b,a\n", "file.csv: the header names 'a' more than once"),
        ('"a,b\n1,2\n', "file.csv: the quotes of the header (line 1) do not match"),
        ("a,b\n".encode("utf-16"), f"file.csv is not text in utf-8 ({UTF_16})"),
        (b"n\xe9me,b\n", "file.csv is not text in utf-8: name its encoding in the mapping, [file] encoding"),
        (b"\x7fELF\x01\x00\x00", f"file.csv is not text in utf-8 ({UTF_16})"),
    ],
)
def test_what_is_no_table_is_refused_in_one_line(content: bytes, message: str, tmp_path: Path) -> None:
    assert refusal(content, tmp_path) == message


def test_a_damaged_gzip_is_refused_before_any_row(tmp_path: Path) -> None:
    damaged = bytearray(gzip.compress(bytes(range(32, 127)) * 999))
    damaged[-6] ^= 1
    assert refusal(bytes(damaged), tmp_path).startswith("file.csv is a broken gzip file (CRC check failed")


def test_a_gzip_that_unpacks_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("records.intake.source.ALWAYS_UNPACKED_BYTES", 1 << 20)
    bomb = gzip.compress(b"a,b\n" + b"1,2\n" * (4 << 20))
    assert refusal(bomb, tmp_path) == "file.csv unpacks to more than 250 times its size: no table does"


def test_text_that_is_not_of_the_encoding_throughout_is_refused(tmp_path: Path) -> None:
    content = "a,b\n".encode("utf-16") + b"\x00\xd8\x00"
    assert refusal(content, tmp_path, "utf-16").startswith("file.csv is not text in utf-16 (")


def test_a_folder_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="it is not an ordinary file"):
        Source(tmp_path)
    with pytest.raises(Refused, match="No such file"):
        Source(tmp_path / "none.csv")


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text("a,b\n1,2\n")
    source = Source(path)
    source.refuse_if_changed()
    path.write_text("a,b\n1,2\n3,4\n")
    with pytest.raises(Refused, match="was changed while it was read"):
        source.refuse_if_changed()


def test_naughty_strings_come_through_to_the_byte(tmp_path: Path) -> None:
    if not NAUGHTY.exists():
        pytest.skip(f"{NAUGHTY} is not there")
    strings = [text for text in json.loads(NAUGHTY.read_text()) if text]
    content = "a,b\n" + "".join('{},"{}"\n'.format(n, text.replace('"', '""')) for n, text in enumerate(strings))
    rows = read(content, tmp_path)
    assert [row[1] for row in rows if not isinstance(row, Reject)] == [[str(n), text] for n, text in enumerate(strings)]
