"""`manage.py notice`: the notice printed, its versions listed and compared, and the homes of its elements."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from privacy.coverage import CategoryCoverage, coverage, homeless
from privacy.drafts.contents import notice_of, problems_of
from privacy.drafts.printing import printed_notice
from privacy.models import NoticeDraft
from privacy.notice import BadNotice, Notice, NotInForce, in_force, version, versions
from privacy.notice.comparing import Change, Comparison, Kind, Run, compare
from privacy.notice.parsing import missing, sections
from privacy.notice.published import published
from privacy.publishing import COLUMNS, as_text

SIGNS = {Kind.ADDED: "+", Kind.CHANGED: "~", Kind.RENUMBERED: "=", Kind.REMOVED: "-"}


NAMED = "as `notice list` calls it; the one in force by default"


class Command(BaseCommand):
    help = "Print the notice, list or compare its versions, or tell where each of its elements is held."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        printing = actions.add_parser("print", help="the whole notice, in the Federal Register's order")
        printing.add_argument("version", nargs="?", help=NAMED)
        printing.add_argument(
            "--raw", action="store_true", help=f"a paragraph a line, not wrapped to {COLUMNS} columns"
        )
        filing = actions.add_parser("file", help="a version published in the program, as the file that a release ships")
        filing.add_argument("version")
        actions.add_parser("list", help="the versions, their status and dates")
        comparing = actions.add_parser("diff", help="what a notice of a modified system must say")
        comparing.add_argument("before")
        comparing.add_argument("after")
        comparing.add_argument("--json", action="store_true", dest="as_json")
        parting = actions.add_parser(
            "sections", help="the sections of a notice's text; fails where a required one lacks"
        )
        parting.add_argument("file", type=Path, help="text with one paragraph a line, as `print --raw` makes it")
        covering = actions.add_parser("coverage", help="each element and its home; fails where one has none")
        covering.add_argument("version", nargs="?", help=NAMED)
        covering.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"do_{options['action']}")(options)
        except (BadNotice, NotInForce) as problem:
            raise CommandError(str(problem)) from problem

    def do_print(self, options: dict[str, Any]) -> None:
        notice = find(options["version"], is_printed=True) if options["version"] else in_force()
        self.stdout.write(as_text(notice, columns=None if options["raw"] else COLUMNS), ending="")

    def do_file(self, options: dict[str, Any]) -> None:
        """Such a file takes the place of the published version."""
        contents = {content["effective"]: content for content in published().contents}
        if options["version"] not in contents:
            raise CommandError(f"There is no version {options['version']!r} that was published in the program.")
        content = contents[options["version"]]
        self.stdout.write(yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=COLUMNS), ending="")

    def do_list(self, options: dict[str, Any]) -> None:
        for notice in versions():
            self.stdout.write(listed(notice))
        for draft in begun_drafts():
            self.stdout.write(f"{draft.name}  {draft.get_state_display().lower():9}  begun from {draft.base}")

    def do_diff(self, options: dict[str, Any]) -> None:
        found = compare(find(options["before"]), find(options["after"]))
        lines = [as_json(comparison_data(found))] if options["as_json"] else comparison_lines(found)
        self.stdout.write("\n".join(lines))

    def do_sections(self, options: dict[str, Any]) -> None:
        found = sections(read_text(options["file"]))
        for section in found:
            words = sum(len(paragraph.split()) for paragraph in section.paragraphs)
            name, unit = section.key or "(before the first)", "word" if words == 1 else "words"
            self.stdout.write(f"{name:18}  {words:5} {unit:5}  {section.heading}".rstrip())
        if lacking := missing(found):
            raise CommandError(f"Required and not there: {', '.join(lacking)}.")

    def do_coverage(self, options: dict[str, Any]) -> None:
        found = coverage(find(options["version"]) if options["version"] else None)
        lines = [as_json(coverage_data(found))] if options["as_json"] else coverage_lines(found)
        self.stdout.write("\n".join(lines))
        if without := homeless(found):
            names = "".join(f"\n  {element.id}" for element in without)
            raise CommandError(f"{len(without)} elements have no home:{names}")


def find(name: str, *, is_printed: bool = False) -> Notice:
    """The version of that name, or a draft; one that `is_printed` says in its place what it modifies.

    Raises CommandError, naming those that there are, and for a draft in which something is not right.
    """
    try:
        return version(name)
    except KeyError:
        drafts = {draft.name: draft for draft in begun_drafts()}
        if name not in drafts:
            names = ", ".join([*(notice.version for notice in versions()), *drafts])
            raise CommandError(f"There is no version {name!r}. There are: {names}.") from None
    if wrong := problems_of(drafts[name]):
        raise CommandError("\n".join([f"{name} is no notice yet:", *map(str, wrong)]))
    return printed_notice(drafts[name]) if is_printed else notice_of(drafts[name])


def begun_drafts() -> list[NoticeDraft]:
    """Those that are no version yet: still drafted, or deferred until further notice. None without a database."""
    try:
        return list(NoticeDraft.objects.begun().order_by("pk"))
    except DatabaseError:
        return []


def read_text(path: Path) -> str:
    """The file's text. Raises CommandError."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as problem:
        raise CommandError(f"{path} cannot be read: {problem.strerror}.") from problem
    except UnicodeDecodeError as problem:
        raise CommandError(f"{path} is not UTF-8.") from problem


def as_json(data: object) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False, default=date.isoformat)


def listed(notice: Notice) -> str:
    """`2025-05-12  published  2025-05-12 to further notice  90 FR 15370  in force`"""
    until = str(notice.until or "further notice")
    here = "  in force" if notice == in_force() else ""
    return f"{notice.version}  {notice.status:9}  {notice.effective} to {until:14}  {notice.citation}{here}"


# Comparison ---------------------------------------------------------------------------------------------------------


def named(notice: Notice) -> str:
    return f"{notice.version} ({notice.status}, {notice.citation})"


def comparison_lines(found: Comparison) -> Iterator[str]:
    yield f"{found.after.number}: from {named(found.before)} to {named(found.after)}"
    for part in found.parts:
        yield ""
        yield f"{part.title.upper()}{'' if part.changes else ': no change'}"
        yield from (
            f"{SIGNS[change.kind]} {change.item.name}{origin(change)}: {marked(change)}" for change in part.changes
        )


def origin(change: Change) -> str:
    return f" (was {change.before.name})" if change.kind is Kind.RENUMBERED and change.before else ""


def marked(change: Change) -> str:
    """The words; where they changed, as wdiff marks them: `[-gone-] {+come+}`."""
    return " ".join(map(marked_run, change.runs)) if change.kind is Kind.CHANGED else change.item.text


def marked_run(run: Run) -> str:
    if run.is_old:
        return f"[-{run.words}-]"
    return f"{{+{run.words}+}}" if run.is_new else run.words


def comparison_data(found: Comparison) -> dict[str, object]:
    return {
        "system": found.after.number,
        "before": version_data(found.before),
        "after": version_data(found.after),
        "parts": {part.name: [change_data(change) for change in part.changes] for part in found.parts},
    }


def version_data(notice: Notice) -> dict[str, object]:
    keys = ("version", "status", "citation", "published", "effective", "until")
    return {key: getattr(notice, key) for key in keys}


def change_data(change: Change) -> dict[str, object]:
    return {
        "kind": change.kind,
        "id": change.item.id,
        "name": change.item.name,
        "before": change.before and change.before.text,
        "after": change.after and change.after.text,
    }


# Coverage -----------------------------------------------------------------------------------------------------------


def coverage_lines(found: tuple[CategoryCoverage, ...]) -> Iterator[str]:
    for one in found:
        counted = totals(len(one.elements), one.held, one.dropped, len(one.homeless))
        yield f"{one.category.number}. {one.category.title}: {counted}"
        for covered in one.elements:
            yield f"    {covered.element.id}: {', '.join(map(str, covered.homes)) or 'NO HOME'}"
    elements = [covered for one in found for covered in one.elements]
    held, dropped = sum(one.held for one in found), sum(one.dropped for one in found)
    yield totals(len(elements), held, dropped, len(homeless(found)))


def totals(elements: int, held: int, dropped: int, without: int) -> str:
    return f"{elements} elements, {held} held, {dropped} dropped on intake, {without} without home"


def coverage_data(found: tuple[CategoryCoverage, ...]) -> dict[str, object]:
    return {
        "elements": sum(len(one.elements) for one in found),
        "homeless": [element.id for element in homeless(found)],
        "categories": [category_data(one) for one in found],
    }


def category_data(one: CategoryCoverage) -> dict[str, object]:
    return {
        "number": one.category.number,
        "title": one.category.title,
        "held": one.held,
        "dropped": one.dropped,
        "homeless": len(one.homeless),
        "elements": [
            {"id": covered.element.id, "label": covered.element.label, "homes": list(map(str, covered.homes))}
            for covered in one.elements
        ],
    }
