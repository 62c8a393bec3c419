"""Topics of materials."""

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from campaigns.models import Material, Tag

LONGEST = 60
MOST = 20


class WrongTag(Exception):
    """Why a word is no topic, for the reader."""


def names_in(text: str) -> list[str]:
    """The topics in a text that separates them by commas, each once. Raises WrongTag."""
    named: dict[str, str] = {}
    for word in text.split(","):
        if name := " ".join(word.split()):
            named.setdefault(slug_of(name), name)
    if len(named) > MOST:
        raise WrongTag(
            _("That is %(count)s topics; a material can have at most %(most)s.") % {"count": len(named), "most": MOST}
        )
    return list(named.values())


def slug_of(name: str) -> str:
    """By which topics are the same: case, accents' forms and signs aside. Raises WrongTag."""
    slug = slugify(name, allow_unicode=True)
    if not slug:
        raise WrongTag(_("A topic needs a letter or a digit: %(name)s") % {"name": name})
    if max(len(name), len(slug)) > LONGEST:
        raise WrongTag(
            _("A topic can have at most %(longest)s characters: %(name)s…")
            % {"longest": LONGEST, "name": name[:LONGEST]}
        )
    return slug


@transaction.atomic
def add_tags(material: Material, names: list[str]) -> None:
    """Give a material these topics too; one that is known keeps the name that it has. Raises WrongTag."""
    slugs = {slug_of(name): name for name in names}
    Material.objects.select_for_update().get(pk=material.pk)
    if material.tags.exclude(slug__in=slugs).count() + len(slugs) > MOST:
        raise WrongTag(_("A material can have at most %(most)s topics: remove one first.") % {"most": MOST})
    Tag.objects.bulk_create([Tag(slug=slug, name=name) for slug, name in slugs.items()], ignore_conflicts=True)
    material.tags.add(*Tag.objects.filter(slug__in=slugs))


@transaction.atomic
def remove_tag(material: Material, slug: str) -> None:
    """Take a topic away; one that no material has any more is forgotten."""
    material.tags.remove(*Tag.objects.filter(slug=slug))
    Tag.objects.filter(slug=slug, materials=None).delete()
