"""What models, forms, kinds of records and the notice declare: translated where it is shown, marked by nothing."""

from collections.abc import Iterator
from itertools import chain

from django.apps import apps
from django.contrib import admin
from django.db.models import Model
from django.forms import BaseForm, Field
from django.forms.utils import pretty_name
from django.urls import get_resolver

from privacy.notice import versions
from records.intake.kinds import description_of, kinds
from records.nouns import nouns
from records.nouns.base import Noun


def words_of(noun: Noun) -> Iterator[str]:
    """What its pages say of it."""
    yield from filter(None, (noun.singular, noun.plural, noun.singular.lower(), noun.plural.lower(), noun.about))
    yield from filter(None, [noun.none, noun.search_hint, *(action.label for action in noun.actions)])
    yield from (str(column.label) for column in (*noun.columns, *noun.section_columns))
    for field in noun.form.base_fields.values():
        yield from (str(words) for words in (field.label, field.help_text) if words)


def of_the_administration() -> Iterator[type[Model]]:
    for model, page in admin.site._registry.items():
        yield from (model, *(inline.model for inline in page.inlines))


def names_in(model: type[Model]) -> Iterator[object]:
    """What people call it, its fields and their choices."""
    yield from (model._meta.verbose_name, model._meta.verbose_name_plural)
    for field in model._meta.fields:
        yield from (field.verbose_name, *(label for _value, label in field.flatchoices if label))


def of_the_notice() -> Iterator[str]:
    """What its versions call things."""
    for notice in versions():
        yield from (element.label for element in notice.elements.values())
        yield from (category.title for category in notice.categories)
        yield from (purpose.text for purpose in notice.purposes)
        yield from (use.title for use in notice.routine_uses)
        yield from (said for rule in notice.retention for said in (rule.text, rule.scope) if said)
        yield from (safeguard.kind for safeguard in notice.safeguards)


def of_the_importers() -> Iterator[str]:
    """What the kinds of files, and the columns of each, are called."""
    for kind in kinds():
        described = description_of(kind)
        yield from (described.label, described.about)
        yield from (field.label for field in described.fields.values())


def of_the_models() -> Iterator[str]:
    for model in apps.get_models():
        yield from map(str, names_in(model))
        for field in model._meta.fields:
            yield from (str(field.verbose_name).removesuffix(" id"), str(field.help_text))


def of_the_forms() -> Iterator[str]:
    """Of every form that the program has, once its pages are loaded. A field without a label is called by its name."""
    assert get_resolver().url_patterns
    for form in _kinds_of(BaseForm):
        for name, field in getattr(form, "base_fields", {}).items():
            yield from (pretty_name(name) if field.label is None else str(field.label), str(field.help_text))
            yield from _choices_of(field)


def _kinds_of(form: type[BaseForm]) -> Iterator[type[BaseForm]]:
    yield form
    for kind in form.__subclasses__():
        yield from _kinds_of(kind)


def _choices_of(field: Field) -> Iterator[str]:
    """Those that are declared: rows of the database are no words of the program."""
    if not hasattr(field, "queryset"):
        yield from (str(label) for _value, label in getattr(field, "choices", ()))


def of_the_records() -> Iterator[str]:
    """What pages of records say, and the facts on them: one that no form has a label for is called by its name."""
    for noun in nouns():
        yield from words_of(noun)
        yield from map(pretty_name, noun.facts)


def declared_words() -> set[str]:
    """All of them, each as it begins within a sentence: the catalogues may have it with a capital."""
    said = chain(of_the_notice(), of_the_importers(), of_the_models(), of_the_forms(), of_the_records())
    return {uncapped(words) for words in said}


def uncapped(words: str) -> str:
    return f"{words[:1].lower()}{words[1:]}"
