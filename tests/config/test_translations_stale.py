"""No entry of a catalogue outlives its text: a translator keeps only what somebody reads."""

from pathlib import Path

from config.catalogues import CHECKOUT
from config.marked import APPS, translated, unmarked
from tests.config.declared_words import declared_words, uncapped
from tests.config.test_translations import CATALOGUE, write


def in_code(texts: set[str]) -> set[str]:
    """Those that a module says as they are: labels of columns and actions, words that a name is made of."""
    paths = (path for app in APPS for path in CHECKOUT.glob(f"{app}/**/*.py") if "migrations" not in path.parts)
    code = "\n".join(path.read_text() for path in paths)
    return {text for text in texts if f'"{text}"' in code or f'"{uncapped(text)}"' in code}


def test_no_spanish_is_left_of_a_text_that_is_gone() -> None:
    declared, of_django = declared_words(), {text for _context, text in translated("en")}
    left = {text for text in unmarked("es") if uncapped(text) not in declared} - of_django
    assert left - in_code(left) == set()


def test_what_is_marked_nowhere_is_told(tmp_path: Path) -> None:
    write(tmp_path, CATALOGUE + '\nmsgctxt "verb"\nmsgid "Open"\nmsgstr "Abrir"\n')
    (tmp_path / "config" / "a.py").write_text('_("Apply")\npgettext("verb", "Open")\n')
    assert unmarked("es", tmp_path) == set()
    (tmp_path / "config" / "a.py").write_text('_("Applied")\n_("Open")\n')
    assert unmarked("es", tmp_path) == {"Apply", "Open"}
