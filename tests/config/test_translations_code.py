"""What code says to people is marked: sentences after an act, problems of forms, words and choices of forms."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django import forms
from django.forms.utils import pretty_name
from django.template import Context, Template
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import translation
from django.utils.translation import gettext, gettext_lazy

from campaigns.enums import Channel, LeftOut
from campaigns.launching import NO_SENSE, NOBODY_LEFT, why_words
from campaigns.mailing import claiming, said_words
from campaigns.materials import conversion, drawn, failure_words, preparing
from campaigns.materials.drawing import __main__ as drawing
from campaigns.materials.drawing import documents, types
from config.catalogues import CHECKOUT
from config.marked import APPS, translated
from privacy.accesslog import Actor
from privacy.agency import agency_today
from privacy.enums import Language
from privacy.languages import WordedForm, filled, word_fields, worded
from privacy.models import User
from privacy.purposes import Basis
from privacy.roles import Role
from records.forms.record import RecordForm
from records.intake import mapping, refusal_words, running, uploads
from records.intake.problems import Refused
from records.intake.reason_words import in_words
from records.next_steps import Task, give
from tests.factories import make_customer, make_user

# Programs read what the API answers; the administration stays in English.
NOT_FOR_READERS = ("api", "admin.py", "migrations", "management")
# Each language is called by its own name.
OTHERWISE = {"campaigns.recipients.forms.WishForm.language": "English"}
# Fields that a template writes by hand, without their label.
WITHOUT_LABEL = {"act", "revision", "verb"}


# What is told by its first argument: lines of notifications, and why something is not done.
TOLD = {
    "Line", "ValidationError", "BadRequest", "PermissionDenied", "BadCursor", "BadNote", "BadProof", "NotAllowed",
    "NotMade", "NotNow", "NotReader", "NotSealed", "Refused",
}  # fmt: skip
# Files are refused by a worker or a command, which write it down in English; models are judged by commands, and the
# demo is loaded by one. Letters of the agency under the Privacy Act are in English.
BY_PROGRAMS = (
    "analytics/insight/",
    "campaigns/intake/",
    "campaigns/mailing/bounces.py",
    "campaigns/undoing.py",
    "config/demo/",
    "privacy/rights/mailing.py",
    "records/intake/",
)


def loaded_in(tree: ast.Module) -> Iterator[int]:
    """The lines whose sentence is translated while the module is loaded: into whatever language is in force then."""
    of_now = {"gettext", "ngettext", "pgettext"}
    names = {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in of_now
    }
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            waiting += [*node.args.defaults, *filter(None, node.args.kw_defaults)]
            continue
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield node.lineno
        waiting += ast.iter_child_nodes(node)


def test_a_sentence_that_is_translated_on_loading_is_found() -> None:
    source = """
from django.utils.translation import gettext as _, gettext_lazy
LATER = gettext_lazy("Later")
NOW = _("Now")
def page(verb=_("Save")):
    return _("Fine")
"""
    assert sorted(loaded_in(ast.parse(source))) == [4, 5]


def test_no_sentence_is_translated_while_the_program_is_loaded() -> None:
    found = [
        f"{path.relative_to(CHECKOUT)}:{line}"
        for app in APPS
        for path in (CHECKOUT / app).rglob("*.py")
        for line in loaded_in(ast.parse(path.read_text()))
    ]
    assert found == []


# Sentences -----------------------------------------------------------------------------------------------------------


def is_plain(said: ast.expr) -> bool:
    """Whether a literal is said as it stands: a text or an f-string with words, alone or within another expression."""
    match said:
        case ast.Constant(value=str() as text):
            return any(letter.isalpha() for letter in text)
        case ast.JoinedStr(values=parts):
            return any(is_plain(part) for part in parts if isinstance(part, ast.Constant))
        case ast.BinOp(left=left, op=op, right=right):
            return is_plain(left) or (isinstance(op, ast.Add) and is_plain(right))
        case ast.IfExp(body=one, orelse=other):
            return is_plain(one) or is_plain(other)
        case ast.List(elts=several) | ast.Tuple(elts=several):
            return any(map(is_plain, several))
        case ast.Dict(values=values):
            return any(map(is_plain, values))
    return False


def unmarked(source: str) -> list[int]:
    """The lines of a module that tell people something in plain English: a message, or what is wrong with a form."""
    return sorted(call.lineno for call in ast.walk(ast.parse(source)) if isinstance(call, ast.Call) and _tells(call))


def _tells(call: ast.Call) -> bool:
    name = ast.unparse(call.func)
    if name.startswith("messages.") or name in ("tell", "undone.tell") or name.endswith("add_error"):
        return any(map(is_plain, call.args[1:2]))
    if name == "EmailMessage":
        told = [one.value for one in call.keywords if one.arg in ("subject", "body")]
        return any(map(is_plain, [*call.args[:2], *told]))
    return name.rpartition(".")[2] in TOLD and any(map(is_plain, call.args[:1]))


def modules(app: str) -> Iterator[Path]:
    for path in sorted((CHECKOUT / app).glob("**/*.py")):
        if not set(NOT_FOR_READERS) & set(path.parts):
            yield path


@pytest.mark.parametrize("app", APPS)
def test_what_is_said_to_people_is_marked(app: str) -> None:
    found = {str(path.relative_to(CHECKOUT)): unmarked(path.read_text()) for path in modules(app)}
    assert {path: lines for path, lines in found.items() if lines and not path.startswith(BY_PROGRAMS)} == {}


@pytest.mark.parametrize(
    "line",
    [
        'Line(f"Due on {day}")',
        'raise Refused("Say why.")',
        'raise runs.Refused(f"{unit} is not due.")',
        'EmailMessage("Ready", body)',
        'EmailMessage(subject=_("Ready"), body=f"Ready: {address}")',
        'messages.success(request, "Done.")',
        'messages.error(request, f"Not drawn. {problem}")',
        'messages.success(request, "On." if is_on else _("Off."))',
        'messages.info(request, "%s went" % name)',
        'messages.info(request, _("Saved.") + " Look again.")',
        'tell(request, "The note is saved.", address)',
        'raise forms.ValidationError("Too long.")',
        'raise ValidationError({"file": ["Send one."]})',
        'form.add_error("owner", f"{owner} does not see them.")',
    ],
)
def test_plain_words_are_found(line: str) -> None:
    assert unmarked(f"x = 1\n{line}") == [2]


@pytest.mark.parametrize(
    "line",
    [
        'messages.success(request, _("Done."))',
        'Line(_("Due on %(day)s") % {"day": day})',
        'raise Refused(_("Say why."))',
        "EmailMessage(subject=_(subject), body=body)",
        'messages.success(request, _("%(name)s went") % {"name": name})',
        "messages.error(request, str(problem))",
        'messages.success(request, said, extra_tags=f"undo {key}")',
        'form.add_error("owner", gettext("Nobody."))',
        'form.add_error("name", f"{label} {reason}.")',
        'print("Done.")',
    ],
)
def test_marked_words_and_those_of_others_are_not_found(line: str) -> None:
    assert unmarked(line) == []


@pytest.mark.parametrize("app", APPS)
def test_nothing_marked_is_worked_out_while_a_module_is_loaded(app: str) -> None:
    """`gettext`, or `gettext_lazy(…) % …`, outside of functions: it would be in the language of whoever loads it."""
    found = {str(path.relative_to(CHECKOUT)): worked_out_at_once(path.read_text()) for path in modules(app)}
    assert {path: lines for path, lines in found.items() if lines} == {}


def worked_out_at_once(source: str) -> list[int]:
    tree = ast.parse(source)
    imported = {
        alias.asname or alias.name: alias.name
        for found in ast.walk(tree)
        if isinstance(found, ast.ImportFrom) and found.module == "django.utils.translation"
        for alias in found.names
    }
    return sorted(_at_once(tree, imported))


def _at_once(node: ast.AST, imported: dict[str, str]) -> Iterator[int]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.Call) and imported.get(ast.unparse(child.func)) in ("gettext", "ngettext", "pgettext"):
            yield child.lineno
        match child:
            case ast.BinOp(left=ast.Call(func=func), op=ast.Mod()) if imported.get(ast.unparse(func), "").endswith(
                "_lazy"
            ):
                yield child.lineno
        yield from _at_once(child, imported)


def test_what_is_worked_out_at_once_is_found() -> None:
    source = "from django.utils.translation import gettext as _, gettext_lazy\n"
    source += 'A = _("a")\nB = gettext_lazy("%(n)s") % {"n": 1}\nC = gettext_lazy("c")\ndef d(): return _("d")\n'
    assert worked_out_at_once(source) == [2, 3]


# Forms ---------------------------------------------------------------------------------------------------------------


def load_views(patterns: list[URLPattern | URLResolver]) -> int:
    """Import what the addresses name, and with it all forms. Returns how many addresses there are."""
    return sum(load_views(one.url_patterns) if isinstance(one, URLResolver) else 1 for one in patterns)


def forms_of_staff() -> list[type[forms.BaseForm]]:
    assert load_views(get_resolver().url_patterns) > 300
    found: dict[type[forms.BaseForm], None] = {}
    waiting: list[type[forms.BaseForm]] = [forms.BaseForm]
    while waiting:
        one = waiting.pop()
        waiting += one.__subclasses__()
        if one.__module__.partition(".")[0] in APPS and not set(NOT_FOR_READERS) & set(
            f"{one.__module__}.py".split(".")
        ):
            found[one] = None
    return [one for one in found if not one.__module__.endswith(".admin")]


def shown(form: type[forms.BaseForm], words: object, language: str) -> str:
    """As a form shows it: plain words are those of its model, where the form takes them from there."""
    with translation.override(language):
        is_models = issubclass(form, RecordForm | WordedForm) and isinstance(words, str)
        return gettext(str(words)) if is_models else str(words)


def words_of(name: str, field: forms.Field) -> Iterator[object]:
    if not field.widget.is_hidden and name not in WITHOUT_LABEL:
        yield pretty_name(name) if field.label is None else field.label
    yield from filter(None, (field.help_text, getattr(field, "empty_label", "")))


def test_words_of_forms_are_spanish_for_who_reads_spanish() -> None:
    known, found = translated("es"), {}
    for form in forms_of_staff():
        for name, field in getattr(form, "base_fields", {}).items():
            for words in words_of(name, field):
                english = shown(form, words, "en")
                is_same = shown(form, words, "es") == english and known.get(("", english), ("",))[0] != english
                if is_same and any(map(str.isalpha, english)):
                    found[f"{form.__module__}.{form.__name__}.{name}"] = english
    assert found == {}


def test_a_field_without_a_label_is_called_by_its_name_in_the_readers_language() -> None:
    class Weighed(WordedForm, forms.Form):
        weight = forms.IntegerField()
        silent = forms.IntegerField(label="")

    assert [field.label for field in Weighed()] == ["Weight", ""]
    with translation.override("es"):
        assert [field.label for field in Weighed()] == ["Peso", ""]


def choices_of(field: forms.Field) -> Iterator[tuple[str, str]]:
    """Each fixed choice's label in English and in Spanish."""
    fixed = getattr(field, "_choices", ())
    if isinstance(field, forms.ChoiceField) and isinstance(fixed, list | tuple):
        for _value, label in fixed:
            with translation.override("en"):
                english = str(label)
            with translation.override("es"):
                yield english, str(label)


def test_fixed_choices_of_forms_are_spanish_for_who_reads_spanish() -> None:
    """A form of a record, and one that calls `word_choices`, translates those of its model as it is made."""
    known, found = translated("es"), {}
    for form in forms_of_staff():
        if issubclass(form, RecordForm | forms.ModelForm):
            continue
        for name, field in getattr(form, "base_fields", {}).items():
            for english, spanish in choices_of(field):
                if spanish == english and known.get(("", english), (english,))[0] != english:
                    found[f"{form.__module__}.{form.__name__}.{name}"] = english
    assert found == OTHERWISE


def test_choices_with_marked_labels_follow_the_reader() -> None:
    class Ways(forms.Form):
        way = forms.ChoiceField(choices=worded(Channel.choices))

    for language, label in (("en", "E-mail"), ("es", "Correo electrónico")):
        with translation.override(language):
            assert f">{label}<" in str(Ways()["way"])


def test_choices_of_a_models_form_follow_the_reader() -> None:
    class Ways(forms.Form):
        way = forms.TypedChoiceField(choices=Channel.choices)

    with translation.override("es"):
        form = Ways()
        word_fields(form)
        assert ">Correo electrónico<" in str(form["way"])
    with translation.override("en"):
        assert ">E-mail<" in str(form["way"])


class Asked(forms.Form):
    """A question that somebody typed, in words that the catalogues happen to have."""

    one = forms.CharField(label="All", help_text="Name")
    several = forms.MultipleChoiceField(label="Open", choices=[("a", "Paused")], widget=forms.CheckboxSelectMultiple)


# What a form says of itself, beside what was typed.
SAID_OF_REQUIRED = {
    "Required fields are marked with an asterisk (*).": "Los campos obligatorios llevan un asterisco (*).",
    "(required)": "(obligatorio)",
}


def test_what_people_typed_is_never_taken_for_words_of_the_program() -> None:
    known = translated("es")
    assert all(("", typed) in known for typed in ("All", "Name", "Open", "Paused"))
    with translation.override("en"):
        english = str(Asked())
    with translation.override("es"):
        spanish = str(Asked())
    for said, ours in SAID_OF_REQUIRED.items():
        assert ours in spanish
        spanish = spanish.replace(ours, said)
    assert spanish == english


def test_a_text_filled_with_numbers_is_written_when_it_is_read() -> None:
    said = filled(gettext_lazy("One per line, or separated by commas; at most %(most)s."), most=12_000)
    with translation.override("en"):
        assert str(said) == "One per line, or separated by commas; at most 12,000."
    with translation.override("es"):
        assert str(said).endswith("como máximo 12.000.")


# Descriptions of importers -------------------------------------------------------------------------------------------


def test_what_is_told_of_importers_has_a_spanish_translation() -> None:
    known, lacking = translated("es"), []
    for path in (path for app in APPS for path in (CHECKOUT / app).glob("intake/**/*.toml")):
        told = tomllib.loads(path.read_text())
        fields = (field.get("label") for field in told.get("fields", {}).values())
        lacking += [
            words for words in (told.get("label"), told.get("about"), *fields) if words and ("", words) not in known
        ]
    assert lacking == []


# What no translator is told of ---------------------------------------------------------------------------------------

MARKING = ("_", "gettext", "gettext_lazy", "ngettext", "pgettext")


def hidden_marks(source: str) -> Iterator[str]:
    """The marked strings that stand within an f-string, where they are not found (config.marked)."""
    for text in (one for one in ast.walk(ast.parse(source)) if isinstance(one, ast.JoinedStr)):
        for call in (one for one in ast.walk(text) if isinstance(one, ast.Call)):
            if ast.unparse(call.func) in MARKING and call.args and isinstance(call.args[0], ast.Constant):
                yield str(call.args[0].value)


def test_no_marked_string_stands_within_an_f_string() -> None:
    found = {str(path): list(hidden_marks(path.read_text())) for app in APPS for path in modules(app)}
    assert {path: marks for path, marks in found.items() if marks} == {}


def test_a_marked_string_within_an_f_string_is_found() -> None:
    assert list(hidden_marks("f'{_(\"No\")} {gettext(word)} {name}'")) == ["No"]


# Why rows are not taken ----------------------------------------------------------------------------------------------

A_VALUE = "17"


REASON_AT = {"Problem": 0, "_like": 1, "Reject": 2}  # which argument it is


def reasons_of_code(source: str) -> Iterator[str]:
    """What a module gives as the reason why a value or a row is not taken; values that are put in read `17`."""
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call) and (at := REASON_AT.get(ast.unparse(call.func))) is not None:
            yield from (text for text in map(written, call.args[at : at + 1]) if " " in text)


def written(said: ast.expr) -> str:
    match said:
        case ast.Constant(value=str() as text):
            return text
        case ast.JoinedStr(values=parts) if isinstance(parts[0], ast.Constant) or len(parts) > 3:
            return "".join(written(part) for part in parts)
        case ast.FormattedValue():
            return A_VALUE
    return ""


def reasons_of_statements(text: str) -> Iterator[str]:
    """What a statement gives as reasons: the texts of several words where `staged_reject` is filled."""
    for statement in re.sub(r"--.*", "", text).split(";"):
        if "INTO staged_reject" in statement:
            texts = (one[1].replace("''", "'") for one in re.finditer(r"'((?:[^']|'')*)'", statement))
            yield from (one for one in texts if re.match(r"\w+:? \w", one))


def test_reasons_why_rows_are_not_taken_are_named_in_one_place() -> None:
    found: dict[str, str] = {}
    for app in APPS:
        for path in modules(app):
            found |= dict.fromkeys(reasons_of_code(path.read_text()), path.name)
        for path in (CHECKOUT / app).glob("**/*.sql"):
            found |= dict.fromkeys(reasons_of_statements(path.read_text()), path.name)
    assert len(found) > 80
    with translation.override("es"):
        assert {reason: where for reason, where in found.items() if in_words(reason) == reason} == {}


def test_a_reason_that_nobody_named_is_found() -> None:
    lines = 'raise Problem("is far too odd")\nReject(1, "", f"is {n} times odd")\nraise Problem(_("is odd"))\n'
    assert list(reasons_of_code(lines)) == ["is far too odd", "is 17 times odd"]
    statement = "INSERT INTO staged_reject (line, field, reason) SELECT line, 'name', 'is nobody''s name' FROM row;"
    assert list(reasons_of_statements(statement)) == ["is nobody's name"]


@pytest.mark.parametrize(
    ("kept", "spanish"),
    [
        ("is no customer's number", "no es el número de ningún cliente"),
        ("is longer than 1,000 characters", "tiene más de 1,000 caracteres"),
        ("is not a date and time like 2026-03-31 14:05 (day first)",
         "no es una fecha y hora como 2026-03-31 14:05 (day first)"),
        ("is none of a, b and is not c", "no es ninguno de a, b and is not c"),
        ("is what nobody ever said", "is what nobody ever said"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_reason_that_was_kept_is_read_in_the_readers_language(kept: str, spanish: str) -> None:
    with translation.override("es"):
        assert in_words(kept) == spanish
    with translation.override("en"):
        assert in_words(kept) == kept


# Why whole files are refused -----------------------------------------------------------------------------------------

# What is asked of commands alone, in their own words.
OF_COMMANDS = ("rejects.py",)


def refusals_of(source: str) -> Iterator[str]:
    """What a module says of a file, a mapping or an undoing that it refuses; values that are put in read `17`."""
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call) and ast.unparse(call.func) in ("Refused", "self._refused"):
            yield from filter(None, map(in_full, call.args[:1]))


def in_full(said: ast.expr) -> str:
    match said:
        case ast.Constant(value=str() as text):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(in_full(part) for part in parts)
        case ast.FormattedValue():
            return A_VALUE
    return ""


def intake() -> Iterator[Path]:
    for folder in ("records/intake", "campaigns/intake"):
        yield from (path for path in sorted((CHECKOUT / folder).rglob("*.py")) if path.name not in OF_COMMANDS)
    yield CHECKOUT / "campaigns/undoing.py"


def test_why_whole_files_are_refused_is_named_in_one_place() -> None:
    found = {said: path.name for path in intake() for said in refusals_of(path.read_text())}
    stored = (running.BROKE_OFF.format(3), running.TOO_LONG, running.AN_ERROR, uploads.GONE, *mapping.NAMES.values())
    found |= dict.fromkeys(stored, "stored")
    assert len(found) > 100
    with translation.override("es"):
        left = {said: where for said, where in found.items() if refusal_words.in_words(said) == said}
    # With why a value of the mapping is not taken, which is named with the reasons of rows, or a hint.
    of_values = {
        "17: choices 17": "asking.py",
        "17: element 17": "asking.py",
        "17: start 17": "options.py",
        "17: 17": "records.py",
        "17 is not text in 1717": "delimited.py",
    }
    assert left == of_values


def test_a_refusal_that_nobody_named_is_found() -> None:
    lines = 'raise Refused(f"{name} is odd")\nraise Refused(_("Odd"))\nself._refused("odd")\n'
    assert list(refusals_of(lines)) == ["17 is odd", "odd"]
    with translation.override("es"):
        assert refusal_words.in_words("17 is odd") == "17 is odd"


@pytest.mark.parametrize(
    ("kept", "spanish"),
    [
        ("c.csv is empty", "c.csv está vacío"),
        ("c.csv has no column 'Name'; it has 'A', 'B'", "c.csv no tiene la columna 'Name'; tiene 'A', 'B'"),
        ("c.csv is not text in utf-8: name its encoding in the mapping, [file] encoding",
         "c.csv no es texto en utf-8: indique su codificación en la asignación, [file] encoding"),
        ('c.csv is not text in utf-8 (is it UTF-16? then say so in the mapping: [file] encoding = "utf-16")',
         'c.csv no es texto en utf-8 (¿es UTF-16? Entonces dígalo en la asignación: [file] encoding = "utf-16")'),
        ("m.toml: [[questions]] 2: choices are not two or more different answers",
         "m.toml: [[questions]] 2: choices no son dos o más respuestas distintas"),
        ("l.csv is an xz archive, not CSV: save it as CSV (plain or .gz)",
         "l.csv es un archivo xz, no CSV: guárdelo como CSV (sin comprimir o .gz)"),
        ("m.toml: [file]: dayfirst is not true or false", "m.toml: [file]: dayfirst no es verdadero o falso"),
        ("z.json is no answer of the conference service: it ends too early on line 3",
         "z.json no es una respuesta del servicio de conferencias: termina demasiado pronto en la línea 3"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_refusal_that_was_kept_is_read_in_the_readers_language(kept: str, spanish: str) -> None:
    with translation.override("es"):
        assert refusal_words.in_words(kept) == spanish
        assert Refused(kept).words == spanish
    with translation.override("en"):
        assert refusal_words.in_words(kept) == kept


# Why mail is not sent, and files do not become pages -----------------------------------------------------------------


def of_mail(source: str) -> Iterator[str]:
    """What a module says of a message or a mailing that stands still; values that are put in read `17`."""
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call) and ast.unparse(call.func).removeprefix("self.") in (
            "NoServer", "Outcome", "Unwritable", "_again", "_ended", "_not_sent", "_unknown",
        ):  # fmt: skip
            yield from (text for text in map(in_full, call.args) if " " in text)


def test_why_mail_is_not_sent_is_named_in_one_place() -> None:
    found = {said for name in ("handing", "letters", "bounces") for said in of_mail(mailing_module(name))}
    # The codes of an answer stand in brackets of their own.
    found = {re.sub(r"(sign-in|address)17", r"\1 (550)", said) for said in found}
    found |= {*LeftOut.values, claiming.NOBODY_KNOWS, "bounced"}
    found |= {f"{said[0].upper()}{said[1:]}." for said in ("the mail server refuses the return address (550)",)}
    with translation.override("es"):
        assert {said for said in found if said_words.in_words(said) == said} == set()
        kept = "the mail server said 550 5.1.1; tried 5 times"
        assert said_words.in_words(kept) == "el servidor de correo dijo 550 5.1.1; se intentó 5 veces"
    assert said_words.in_words("the share was revoked") == "the share was revoked"


def mailing_module(name: str) -> str:
    return (CHECKOUT / "campaigns" / "mailing" / f"{name}.py").read_text()


def failures() -> Iterator[str]:
    """Each sentence that a module of materials declares, with values in its places."""
    for module in (conversion, drawn, documents, types, preparing, drawing):
        for name, value in vars(module).items():
            if name.isupper() and isinstance(value, str) and value.endswith("."):
                yield value.format("Page 17" if value is drawn.TOO_SLOW else "page 17", 17, 17, 17)


def test_why_files_do_not_become_pages_is_named_in_one_place() -> None:
    found = set(failures()) | {drawn._broke_off("its beginning"), drawn._broke_off("page 1,204")}
    assert len(found) > 20
    with translation.override("es"):
        assert {said for said in found if failure_words.in_words(said) == said} == set()
        assert failure_words.in_words(documents.TOO_MANY.format("1,204", "500")) == (
            "Tiene 1,204 páginas; se aceptan 500 como máximo. Súbalo por partes."
        )
    assert failure_words.in_words(documents.NO_PAGES) == documents.NO_PAGES


def test_why_a_launch_was_given_up_is_read_in_the_readers_language() -> None:
    with translation.override("es"):
        assert why_words(NOBODY_LEFT).startswith("En el sorteo no quedaba nadie en su público")
        assert why_words(NO_SENSE % {"problem": "Odd."}) == "Su público ya no tiene sentido. Odd."


# Pages ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def spanish(db: None, client: Client) -> User:
    user = make_user(Role.SALES)
    User.objects.filter(pk=user.pk).update(language=Language.SPANISH)
    client.force_login(user)
    return user


def test_a_view_that_is_gone_is_told_in_the_readers_language(client: Client, spanish: User) -> None:
    gone = "/customers/?view=00000000-0000-4000-8000-000000000000"
    page = client.get(gone, follow=True).content.decode()
    assert "Esa vista no existe o su dueño ya no la comparte." in page
    assert "That view does not exist" not in page


def test_a_saved_view_is_told_in_the_readers_language(client: Client, spanish: User) -> None:
    page = client.post("/views/of/customers/new/", {"name": "Mis clientes", "query": ""}, follow=True)
    assert "Guardada como “Mis clientes”." in page.content.decode()


def test_a_refusal_names_the_roles_in_the_readers_language(client: Client, spanish: User) -> None:
    answer = client.get("/campaigns/new/")
    assert answer.status_code == 403
    assert "Esto está abierto para los responsables de marketing." in answer.content.decode()


def test_labels_and_values_of_a_record_are_in_the_readers_language(client: Client, spanish: User) -> None:
    customer = make_customer("C-1", spanish)
    page = client.get(f"/records/customers/{customer.key}/edit/").content.decode()
    assert ">Origen del registro<" in page
    assert "Record source" not in page


def test_an_error_page_is_in_the_readers_language() -> None:
    with translation.override("es"):
        page = Template("{% include '500.html' %}").render(Context())
    assert '<html lang="es">' in page
    assert "Algo salió mal" in page


def test_a_next_step_that_somebody_typed_is_shown_as_it_is(client: Client, spanish: User) -> None:
    customer = make_customer("C-1", spanish)
    for step in ("Open", "Pay the stipend"):  # both stand in the catalogues; the program gives the second alone
        give(Task(customer, spanish, "About", step, agency_today()), Actor.system("test"), Basis(12))
    page = client.get("/tasks/").content.decode()
    assert '<th scope="row">Open</th>' in page
    assert '<th scope="row">Pagar la compensación</th>' in page
