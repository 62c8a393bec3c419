"""The cards of the library, written here: a template took 0.2 ms for each of the 25 of a page."""

from collections.abc import Iterator
from html import escape
from itertools import starmap

from django import template
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

from campaigns.enums import MaterialState
from campaigns.models import Material
from campaigns.models.material import UNDER_WAY
from records import figures

register = template.Library()


@register.simple_tag
def card(material: Material, *, is_comparable: bool = False, may_share: bool = False) -> SafeString:
    """A material as `library.cards` gives it; with a box by which it is put beside another where it is comparable, and
    the way to share it for those who may, where it can be shared."""
    words = "\n".join(filter(None, lines_of(material, is_comparable=is_comparable, may_share=may_share)))
    return mark_safe(  # noqa: S308 (made of escaped parts)
        f'<li class="shelf-item">\n<div class="shelf-picture">{picture_of(material)}</div>\n'
        f'<div class="shelf-words">\n{words}\n</div></li>'
    )


def picture_of(material: Material) -> str:
    """The first page of the version that is shown, the kind where there is none."""
    if not (version := getattr(material, "picture_version", None)):
        return f'<span aria-hidden="true">{kind_of(material)}</span>'
    source = reverse("material_picture", args=[material.slug, version, 1, 240])
    return f'<img src="{source}" alt="" loading="lazy" width="240">'


def kind_of(material: Material) -> str:
    return escape(gettext(str(material.get_kind_display())))


def lines_of(material: Material, *, is_comparable: bool, may_share: bool) -> Iterator[str]:
    title = escape(material.title)
    if is_comparable:
        said = escape(gettext("Compare %(title)s") % {"title": material.title})
        named = f'form="compare" name="material" value="{material.slug}" aria-label="{said}"'
        yield f'<input class="shelf-tick" type="checkbox" {named}>'
    is_made_up = gettext("Made up")
    made_up = f" {tag(is_made_up)}" if material.is_demo else ""
    yield f'<h2><a href="{reverse("material", args=[material.slug])}"><bdi>{title}</bdi></a>{made_up}</h2>'
    yield f'<p class="quiet">{" · ".join([kind_of(material), *map(escape, numbers_of(material))])}</p>'
    yield standing(material)
    if found_on := getattr(material, "found_on", None):
        address = reverse("material_page", args=[material.slug, material.version, found_on])
        said = escape(gettext("Found on page %(found_on)s") % {"found_on": found_on})
        yield f'<p class="quiet"><a href="{address}">{said}</a></p>'
    if topics := "".join(starmap(topic, getattr(material, "topics", None) or ())):
        yield f'<p class="topics">{topics}</p>'
    if material.owner:
        yield f'<p class="quiet">{escape(material.owner.name)}</p>'
    if may_share and material.version and not material.withdrawn_at:
        yield sharing(material)


def sharing(material: Material) -> str:
    """Leads to the form that shares it. Its name begins with what is read on it, as speech control asks for."""
    address = escape(f"{reverse('shares_new')}?{urlencode({'material': material.slug})}")
    said = escape(gettext("Share %(title)s") % {"title": material.title})
    word = escape(gettext("Share"))
    return f'<p><a class="usa-button usa-button--outline" href="{address}" aria-label="{said}">{word}</a></p>'


def numbers_of(material: Material) -> Iterator[str]:
    """How many pages, which version where it is not the first, how often it was shared."""
    pages, shares = material.page_count, material.share_count
    if pages:
        said = ngettext("%(page_count)s page", "%(page_count)s pages", pages)
        yield said % {"page_count": figures.count(pages)}
    if material.version > 1:
        yield gettext("version %(version)s") % {"version": material.version}
    said = ngettext("shared %(share_count)s time", "shared %(share_count)s times", shares)
    yield said % {"share_count": figures.count(shares)}


def standing(material: Material) -> str:
    """What keeps its newest version, or all of it, from being shared; nothing where nothing does."""
    state = getattr(material, "newest_state", None)
    if material.withdrawn_at:
        return warning(gettext("Withdrawn"))
    if state == MaterialState.FAILED:
        return warning(gettext("Newest version failed") if material.version else gettext("Failed"))
    said = gettext("Being prepared")
    return f"<p>{tag(said)}</p>" if state in UNDER_WAY else ""


def tag(said: str) -> str:
    return f'<span class="tag">{escape(said)}</span>'


def warning(said: str) -> str:
    return f'<p><span class="tag tag-warning">{escape(said)}</span></p>'


def topic(slug: str, name: str) -> str:
    address = escape(f"{reverse('materials')}?{urlencode({'tag': slug})}")
    return f'<a class="tag" href="{address}">{escape(name)}</a> '
