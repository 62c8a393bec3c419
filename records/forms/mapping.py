"""The column-mapping screen: what was decided about each column of an upload's file, and what is still missing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from dataclasses import replace as changed

from django.http import QueryDict
from django.utils.translation import gettext

from records.forms.importing import LayoutForm
from records.intake import uploads
from records.intake.drafting import LEAVE_OUT, Choice, Draft, Layout, as_toml, fields_of, guessed, mapping_in, plan_in
from records.intake.fields import Field
from records.intake.guessing import ISO, date_formats, example, guess_format, takes_date
from records.intake.kinds import description_of
from records.intake.problems import Refused
from records.intake.sampling import Preview, Sample, preview
from records.intake.sniffing import Written
from records.models import Upload

VALUES_SHOWN = 3
UNREADABLE = Layout(Written("utf-8", ",", '"'))


@dataclass(frozen=True)
class ColumnRow:
    """A column as the screen asks about it. `options` are (value, label, whether chosen); `formats` are empty where the
    chosen field holds no dates."""

    position: int
    choice: Choice
    values: list[str]
    options: list[tuple[str, str, bool]]
    formats: list[tuple[str, str, bool]] = field(default_factory=list)
    note: str = ""


@dataclass
class Screen:
    """What the page shows of an upload. `error` says why what was sent is not kept."""

    upload: Upload
    form: LayoutForm
    draft: Draft | None = None
    sample: Sample | None = None
    error: str = ""
    is_read_anew: bool = False

    @property
    def header_hash(self) -> str:
        return uploads.header_hash(self.sample.header) if self.sample else ""

    @property
    def toml(self) -> str:
        """The mapping file as it stands. Raises Refused where it cannot be written."""
        return as_toml(self.draft.content()) if self.draft else self.upload.mapping

    def fields(self) -> dict[str, Field]:
        return fields_of(self.upload.kind, self.upload.mapping)

    def rows(self) -> list[ColumnRow]:
        if self.draft is None or self.sample is None:
            return []
        fields, taken = self.fields(), self._taken_otherwise()
        labels = {name: _label(self.upload.kind, name, one) for name, one in fields.items()}
        rows = list[ColumnRow]()
        for choice, values in zip(self.draft.choices, self.sample.columns, strict=True):
            note = _note(self.draft, choice, values, fields.get(choice.field), is_taken=choice.column in taken)
            formats = _formats(choice, fields.get(choice.field))
            rows.append(ColumnRow(len(rows), choice, values[:VALUES_SHOWN], _options(choice, labels), formats, note))
        return rows

    def _taken_otherwise(self) -> set[str]:
        """Columns that another table of the mapping file takes."""
        try:
            return {name for column in plan_in(self.toml).columns.values() for name in column.names}
        except Refused:
            return set()

    def constants(self) -> Mapping[str, str]:
        """What a mapping file says for every row, by the field's label."""
        columns = self.draft.base.get("columns", {}) if self.draft else {}
        label = description_of(self.upload.kind).of
        constant = {name: value["constant"] for name, value in columns.items() if "constant" in value}
        return {gettext(label(name).label): value for name, value in constant.items()}

    def missing(self) -> list[str]:
        """What must be said before the file can be imported, each in a sentence."""
        try:
            toml = self.toml
            plan_in(toml)
        except Refused as refusal:
            return [self._missing_fields() or refusal.words]
        undecided = [one.column for one in self._undecided()]
        return (
            [
                gettext("Decide what these columns are, or leave them out: %(columns)s.")
                % {"columns": ", ".join(undecided)}
            ]
            if undecided
            else []
        )

    def _undecided(self) -> list[Choice]:
        if self.draft is None or self.draft.base.get("file", {}).get("other_columns") == "ignore":
            return []
        taken = self._taken_otherwise()
        return [one for one in self.draft.choices if not one.field and one.column not in taken]

    def _missing_fields(self) -> str:
        if self.draft is None:
            return ""
        chosen = {one.field for one in self.draft.choices} | self.draft.base.get("columns", {}).keys()
        label = description_of(self.upload.kind).of
        names = [
            gettext(label(name).label) for name, one in self.fields().items() if one.required and name not in chosen
        ]
        return gettext("Choose a column for: %(fields)s.") % {"fields": ", ".join(names)} if names else ""

    def preview(self) -> Preview | None:
        """The first rows as they would be understood; None where too little is said. Raises Refused."""
        try:
            mapping = mapping_in(self.toml, self.upload.mapping_name or "mapping.toml")
            plan_in(self.toml)
        except Refused:
            return None
        lenient = changed(mapping, layout=changed(mapping.layout, ignores_others=True))
        return preview(uploads.source_of(self.upload), lenient)


def stored(upload: Upload) -> Screen:
    """The screen of what is kept of the upload's mapping, or of a guess; what is wrong is its `error`."""
    try:
        if upload.mapping and not mapping_in(upload.mapping).columns:
            return Screen(upload, LayoutForm(layout=UNREADABLE))
        draft, sample = uploads.first_draft(upload)
    except Refused as refusal:
        return Screen(upload, LayoutForm(layout=UNREADABLE), error=refusal.words)
    return Screen(upload, LayoutForm(layout=draft.layout), draft, sample)


def posted(upload: Upload, sent: QueryDict) -> Screen:
    """The screen of what somebody sent, kept with the upload unless its `error` says why not."""
    before = stored(upload)
    if before.draft is None and not before.error:
        return before
    layout = before.draft.layout if before.draft else UNREADABLE
    form = LayoutForm(sent, layout=layout)
    if not form.is_valid():
        return Screen(upload, form, before.draft, before.sample, "; ".join(str(one[0]) for one in form.errors.values()))
    try:
        screen = _read_so(upload, form, sent, before)
        return _kept(screen, screen.sample.header if screen.sample else [])
    except Refused as refusal:
        return Screen(upload, form, before.draft, before.sample, refusal.words)


def _read_so(upload: Upload, form: LayoutForm, sent: QueryDict, before: Screen) -> Screen:
    """The file read as the form says: with what was chosen, or guessed anew where its columns are others so."""
    draft, sample = uploads.first_draft(upload, form.layout.written)
    base = before.draft.base if before.draft else {}
    screen = Screen(upload, form, draft, sample)
    if sent.get("header") == screen.header_hash:
        screen.draft = Draft(upload.kind, form.layout, _choices(sent, sample), base=base)
    else:
        anew = guessed(upload.kind, form.layout.written, sample) if not base else draft
        screen.draft, screen.is_read_anew = changed(anew, layout=form.layout), True
    return screen


def _kept(screen: Screen, header: list[str]) -> Screen:
    try:
        fields_of(screen.upload.kind, screen.toml)
        uploads.store_mapping(screen.upload, screen.toml, header)
    except Refused as refusal:
        screen.error = refusal.words
    return screen


def _choices(sent: QueryDict, sample: Sample) -> list[Choice]:
    return [
        Choice(
            column,
            sent.get(f"field-{at}", "")[:100],
            sent.get(f"format-{at}", "")[:100],
            sent.get(f"reason-{at}", "")[:200],
        )
        for at, column in enumerate(sample.header)
    ]


def _label(kind: str, name: str, of: Field) -> str:
    return gettext(description_of(kind).of(name).label) + (gettext(" (required)") if of.required else "")


def _options(choice: Choice, labels: Mapping[str, str]) -> list[tuple[str, str, bool]]:
    offered = {"": gettext("Choose …"), LEAVE_OUT: gettext("Leave out, because …"), **labels}
    return [(value, text, value == choice.field) for value, text in offered.items()]


def _formats(choice: Choice, of: Field | None) -> list[tuple[str, str, bool]]:
    if of is None or not takes_date(of):
        return []
    with_time = of.sql_type == "timestamptz"
    offered = dict.fromkeys([*date_formats(with_time=with_time), choice.format])
    return [(form, _format_label(form, with_time=with_time), form == choice.format) for form in offered]


def _format_label(form: str, *, with_time: bool) -> str:
    text = gettext("like %(example)s") % {"example": example(form, with_time=with_time)}
    return f"ISO 8601, {text}" if form == ISO else text


def _note(draft: Draft, choice: Choice, values: list[str], of: Field | None, *, is_taken: bool) -> str:
    if not choice.field:
        return gettext("Taken by another table of the mapping file.") if is_taken else ""
    return " ".join(filter(None, (draft.notes.get(choice.column, ""), _date_note(choice, values, of))))


def _date_note(choice: Choice, values: list[str], of: Field | None) -> str:
    """Said where the values could be dates of two orders, so that nobody can tell them apart."""
    if of is None or not takes_date(of):
        return ""
    found = guess_format(values, with_time=of.sql_type == "timestamptz")
    if found is None or not found.is_ambiguous or choice.format not in (found.format, *found.others):
        return ""
    return gettext("These dates can be read in more than one order; March 31, 2026 would be %(example)s.") % {
        "example": example(choice.format)
    }
