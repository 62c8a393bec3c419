"""The reader's language and how numbers are written: both are set in one's account.

Each pair of them is one language tag (BCP 47) whose region writes numbers so, which Django's translations and number
formats then follow by themselves: `es-US` is Spanish with 1,234.56. The formats stand in config/formats.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from django.forms import BaseForm, TypedChoiceField
from django.forms.utils import pretty_name
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.formats import number_format
from django.utils.functional import lazy
from django.utils.translation import gettext, gettext_lazy

from privacy.enums import Language, NumberStyle
from privacy.models import User

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

TAGS = {
    (Language.ENGLISH, NumberStyle.OF_LANGUAGE): "en",
    (Language.ENGLISH, NumberStyle.COMMA_POINT): "en",
    (Language.ENGLISH, NumberStyle.POINT_COMMA): "en-de",
    (Language.ENGLISH, NumberStyle.SPACE_COMMA): "en-za",
    (Language.SPANISH, NumberStyle.OF_LANGUAGE): "es",
    (Language.SPANISH, NumberStyle.COMMA_POINT): "es-us",
    (Language.SPANISH, NumberStyle.POINT_COMMA): "es",
    (Language.SPANISH, NumberStyle.SPACE_COMMA): "es-cr",
}
# Where anybody may choose the language in the address (`?language=es`): no cookie keeps it.
FOR_ANYBODY = ("/rights/", "/ledger/check/")
# Where somebody who is not signed in reads the language that their browser asks for.
FOR_STRANGERS = ("/sign-in/", "/sign-out/", *FOR_ANYBODY)


def worded(choices: Iterable[tuple[Any, str]]) -> "list[tuple[Any, _StrPromise]]":
    """Choices of a form whose labels are read in the reader's language, whenever that is. The labels are marked
    (`enums.py`, or by gettext_noop): never what somebody typed."""
    return [(value, gettext_lazy(label)) for value, label in choices]


class WordedForm(BaseForm):
    """A form of a model, whose labels, hints and choices stand there in English: here in the reader's language.

    A field whose label somebody typed (a question of a survey) is added once the form is made, and shown as it is.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        word_fields(self)


def word_fields(form: BaseForm) -> None:
    """What the fields that a form has now say, in the reader's language. One without a label is called by its name."""
    for name, field in form.fields.items():
        label = pretty_name(name) if field.label is None else field.label
        field.label, field.help_text = _in_language(label), _in_language(field.help_text)
        if isinstance(field, TypedChoiceField):
            field.choices = worded(field.choices)  # type: ignore[arg-type]  # read, it is an iterator of pairs


def _in_language(words: "str | _StrPromise") -> "str | _StrPromise":
    """What is marked where it stands says itself already."""
    return gettext(words) if isinstance(words, str) and words else words


def filled(text: "_StrPromise", **values: int | str) -> str:
    """A marked text with numbers or names in it, in the reader's language whenever it is read: for what is declared.
    Numbers are written as the language has them, names stay as they are.

    `gettext_lazy(…) % …` is worked out at once, in the language of whoever loads the module.
    """
    return lazy(_filled, str)(text, values)


def _filled(text: "_StrPromise", values: dict[str, int | str]) -> str:
    return text % {name: _written(value) for name, value in values.items()}


def _written(value: int | str) -> str:
    return value if isinstance(value, str) else number_format(value, force_grouping=True)


class ReadersLanguageMiddleware:
    """Recipients' pages have a language of their own: the mailing's or the one that they chose."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with translation.override(tag_for(request)):
            return self.get_response(request)


def tag_for(request: HttpRequest) -> str:
    chosen = request.GET.get("language")
    if chosen in Language.values and request.path.startswith(FOR_ANYBODY):
        return str(chosen)
    if isinstance(request.user, User):
        return tag_of(request.user)
    if request.path.startswith(FOR_STRANGERS):
        return translation.get_language_from_request(request).partition("-")[0]
    return Language.ENGLISH.value


def tag_of(user: User) -> str:
    return TAGS[Language(user.language), NumberStyle(user.number_style)]


def language_in_force() -> str:
    """Without the region that says how numbers are written: what is kept in each language is kept by this."""
    return (translation.get_language() or Language.ENGLISH.value).partition("-")[0]


def by_language(readers: Iterable[User]) -> dict[str, list[User]]:
    """Who is written to, by the tag of their language: one letter each. In the order in which they come."""
    found: dict[str, list[User]] = {}
    for reader in readers:
        found.setdefault(tag_of(reader), []).append(reader)
    return found
