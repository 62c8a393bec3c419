"""Why a whole file, mapping or undoing is refused, as readers read it.

A refusal is kept in English with the import, in the log and in what commands print, and is put in the reader's language
when it is shown. Each is named here: a test finds those that are not. `where` is a file, with the table of a mapping;
a value called `why` is itself a refusal, or why a row is not taken.
"""

from django.utils.translation import gettext_noop as _

from privacy.wording import stored_words
from records.intake import reason_words

OF_FILES = (
    _("%(name)s is empty"),
    _("%(name)s is larger than %(most)s bytes: send it in parts, or as .gz"),
    _("%(name)s is no longer kept here: send it again"),
    _("%(name)s was changed while it was read: take the import back and import it again"),
    _("cannot read %(name)s: it is not an ordinary file"),
    _("%(name)s is a broken gzip file (%(reason)s): get a whole copy of it"),
    _("%(name)s is not text in %(encoding)s: name its encoding in the mapping, [file] encoding"),
    _('%(name)s is not text in %(encoding)s (is it UTF-16? then say so in the mapping: [file] encoding = "utf-16")'),
    _("%(name)s is not text in %(encoding)s (%(reason)s)"),
    _("%(name)s unpacks to more than %(times)s times its size: no table does"),
    _("%(name)s is %(why)s, not CSV: save it as CSV (plain or .gz)"),
    _("%(name)s holds no line of text"),
    _("%(name)s: the quotes of the header (line %(line)s) do not match"),
    _("%(name)s: the header names %(names)s more than once"),
    _("%(name)s has %(columns)s columns, read so; at most %(most)s can be mapped here"),
    _("%(name)s has column names of more than %(longest)s characters, read so: is it a table?"),
    _(
        "%(name)s has columns that the mapping %(mapping)s neither takes nor drops: %(names)s (name them under [drop] "
        'with the reason, or set other_columns = "ignore" under [file])'
    ),
    _("%(name)s has no column of an element of category %(number)s"),
    _("%(name)s has no column %(missing)s; it has %(header)s"),
    _("%(name)s does not say whose the records are: it needs a column customer or email"),
    _("%(name)s is being imported by another process: wait for it to end"),
    _("import %(number)s was taken back or finished by somebody else meanwhile"),
    _(
        "import %(number)s, by somebody else, of this file by this mapping was not finished: it must be gone on with "
        "or taken back first"
    ),
    _("The import broke off %(times)s times at the same place. What is committed stays: go on, or take it back."),
    _("The check was ended after 25 minutes. Start the import: it can be stopped, and taken back."),
    _("An error of the program ended this: ask an IT administrator, who sees it. What is committed stays."),
    _(
        "The file was deleted a day after the import had stopped. What is committed stays: take it back, or send the "
        "file again with the same mapping to go on."
    ),
    _("some of these records were disposed of when their time was over: they cannot be brought in again"),
)
OF_MEETINGS = (
    _("%(name)s does not say which meeting it is of: name its ID and start in the mapping, [meeting] number and start"),
    _("%(name)s does not say which meeting it is about: name its ID in the mapping, [meeting] number"),
    _("%(name)s does not say when the meeting was: name its start in the mapping, [meeting] start"),
    _("%(name)s has no line of headings that begins with %(heading)s"),
    _("%(name)s has none of the headings of a participants' report (%(headings)s …); it has %(header)s"),
    _(
        '%(name)s has columns that no shape of a report knows: %(names)s (other_columns = "ignore" under [file] leaves '
        "them out)"
    ),
    _("%(name)s: no line of values stands below the meeting's headings"),
    _("%(name)s holds no row with a join time"),
    _("line %(line)s begins a message that does not end: this is no saved chat"),
    _("%(name)s is no answer of the conference service: %(why)s on line %(line)s"),
    _("an object of the service was expected"),
    _("it ends too early"),
    _("it is nested too deeply"),
    _("a value is not JSON"),
    _("%(what)s was expected"),
    _("an item is longer than %(longest)s characters, or not JSON"),
)
OF_UNDOING = (
    _("import %(number)s was already taken back"),
    _(
        "import %(number)s cannot be taken back: import %(later)s skipped %(rows)s rows that it holds. Take back "
        "import %(again)s first"
    ),
    _("import %(number)s cannot be taken back: its customers are referred to by %(uses)s"),
    _("import %(number)s cannot be taken back: its %(what)s are referred to by %(uses)s"),
    _("import %(number)s cannot be taken back: on its meetings rest %(uses)s that came otherwise"),
    _(
        "import %(number)s cannot be taken back: %(events)s of its events have been disposed of under the retention "
        "rules, and the rest goes the same way"
    ),
    _(
        "import %(number)s cannot be taken back: others hold %(uses)s. Take back first what brought those: they would "
        "be lost with it"
    ),
    _(
        "import %(number)s is part of the demo: `manage.py clear_demo` takes the whole demo away (--demo takes this "
        "import alone)"
    ),
    _("there is no import %(number)s (manage.py import --list shows them)"),
    _("there is no import to take back (manage.py import --list shows them)"),
)
OF_COLUMNS = (
    _("%(name)s: chosen for more than one column, which cannot be joined. Leave one of them out"),
    _("%(name)s: say why it is left out"),
    _("Files of this kind need a mapping file: send one with the file (docs/importing.md tells how)."),
    _("there is no importer of %(kind)s (there are: %(kinds)s)"),
    _("say which mapping file to use for %(kind)s: --mapping FILE (see docs/importing.md)"),
    _("the mapping %(name)s is for %(kind)s, not for %(other)s"),
    _("the mapping %(name)s is larger than %(most)s bytes"),
    _("the mapping %(name)s is not TOML: %(reason)s"),
    _("cannot read the mapping %(name)s: %(reason)s"),
    _("cannot read %(name)s: %(reason)s"),
    _("%(where)s: [columns] names no element of category %(number)s"),
    _("%(where)s: [columns] names no column for %(names)s"),
    _("%(where)s: [columns] %(names)s: no such field (there are: %(known)s)"),
    _("%(where)s: new_customers = true needs the column of name"),
    _("%(where)s: a full number is no field: name its column by number_column, it is dropped"),
    _("%(where)s: number_column %(name)s is mapped to a field as well"),
    _("%(where)s: name the column of last_four, or the number_column that it is taken from"),
    _("%(where)s: name the column of customer (their number) or of email"),
    _('%(where)s: name the column of customer or email, or say recipient = "line"'),
    _("%(where)s: nominal_date is for files without dates, and %(name)s has a column"),
    _("%(where)s: name the column of %(name)s, or a nominal_date under [file]"),
    _('%(where)s: recipient = "line" and a column for %(name)s exclude each other'),
    _("%(where)s: delivered names %(names)s, not one of the variants"),
)
OF_MAPPINGS = (
    _("%(where)s: provider is missing: the source is a list provider, say which"),
    _("%(where)s: closes_on is before opens_on"),
    _("%(where)s: ends_at is before starts_at"),
    _("%(where)s: ends_on is before starts_on"),
    _("%(where)s: name the questions, each as [[questions]]"),
    _("%(where)s: two questions have the column %(name)s"),
    _("%(where)s: this asks about %(topic)s: %(reason)s. Leave it out, or drop its column"),
    _("%(where)s: choices %(why)s"),
    _("%(where)s: element %(why)s"),
    _("%(where)s: start %(why)s"),
    _(
        "the survey %(name)s exists, and its question %(number)s is not the mapping's %(column)s: make them the same "
        "(text, kind, element, choices), or give another slug"
    ),
    _("%(where)s: name one or more variants, each once, and at most one as the control"),
    _("%(where)s: weight %(weight)s is not from 1 to %(most)s"),
    _(
        "the campaign %(name)s exists, and its variants (%(known)s) are not those of the mapping: %(variant)s as the "
        "control is not one of them"
    ),
    _(
        "the campaign %(name)s exists, and its variants (%(known)s) are not those of the mapping: %(variant)s is not "
        "one of them"
    ),
    _("%(what)s exists, with another %(label)s: give the mapping the same, or another slug"),
    _("%(where)s: %(key)s %(text)s is not of letters, digits, hyphens and underscores"),
    _("%(where)s: %(key)s is empty or longer than %(longest)s characters"),
    _("%(where)s: %(key)s is longer than %(longest)s characters"),
    _("%(where)s: time_zone %(text)s is not known; name one like America/New_York"),
    _("%(where)s: separator is empty"),
    _("%(where)s: encoding %(text)s is not known"),
    _("%(where)s: format %(text)s is not one for dates: %(reason)s"),
    _("format %(text)s is for dates only"),
    _("%(where)s: values are not all texts"),
    _("%(where)s names no column"),
    _('%(where)s: %(key)s is neither a column\'s name nor a table like { column = "..." }'),
    _("%(where)s: %(key)s is not one character"),
    _("%(where)s: %(key)s is not a list of texts"),
    _("%(where)s: %(key)s is not written as %(form)s"),
    _("%(where)s: %(names)s is not known here (known: %(known)s)"),
    _("%(where)s: %(names)s is not known here"),
    _("%(where)s: %(key)s is missing"),
    _("%(where)s: %(key)s is %(text)s, none of %(known)s"),
    _("%(where)s: %(key)s is not %(why)s"),
    _("a text"),
    _("true or false"),
    _("a whole number"),
    _("a number"),
    _("a table"),
    _("a list"),
    _("a date like 2026-03-31"),
    _("a date and time like 2026-03-31T09:00:00"),
)
WITH_VALUES = (*OF_FILES, *OF_MEETINGS, *OF_UNDOING, *OF_COLUMNS, *OF_MAPPINGS, *reason_words.WITH_VALUES)


def in_words(refusal: str) -> str:
    """The refusal in the reader's language; one that is not known here as it is kept."""
    return stored_words(refusal, WITH_VALUES, reason_words.FORMERLY)
