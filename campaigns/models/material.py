"""Materials: what can be shared, in versions, and the pages that a version was turned into."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q

from campaigns.enums import MaterialKind, MaterialState
from campaigns.materials.store import FOLDER, store
from privacy.holdings import SystemData, declare
from records.models import Gathering, Publication, Study, Survey

# What the search looks in, as its indexes have it. English stems; other languages are found by whole words.
WORDS_OF_MATERIAL = SearchVector("title", "description", config="english")
WORDS_OF_PAGE = SearchVector("text", config="english")


class Tag(models.Model):
    """A topic of materials, by which insight reports add them up."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=60)

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="tag_has_name")]

    notice = SystemData("A topic of what the agency itself publishes.")

    def __str__(self) -> str:
        return self.name


class MaterialQuerySet(models.QuerySet["Material"]):
    def offered(self) -> Self:
        """Those that can be shared: not withdrawn, and with something ready to be looked at."""
        return self.filter(withdrawn_at=None, version__gt=0)


class Material(models.Model):
    """Something that can be shared: a document, a custom web page, a link.

    `version` is the number of the newest version that is ready, 0 where none is; `page_count` is that one's.
    """

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    description = models.TextField(max_length=2_000, blank=True, db_default="")
    kind = models.CharField(max_length=10, choices=MaterialKind, default=MaterialKind.DOCUMENT)
    tags = models.ManyToManyField(Tag, blank=True, related_name="materials")
    address = models.URLField("address of the link", max_length=2_000, blank=True, db_default="")
    # Of a link that asks for answers: what it leads each recipient to, by their own link.
    survey = models.OneToOneField(
        Survey, models.SET_NULL, null=True, blank=True, editable=False, related_name="material"
    )
    # The same of a link that leads to the registration for an event.
    gathering = models.OneToOneField(
        Gathering, models.SET_NULL, null=True, blank=True, editable=False, related_name="material"
    )
    # And of one that leads to a study, for which people are recruited by it.
    study = models.OneToOneField(Study, models.SET_NULL, null=True, blank=True, editable=False, related_name="material")
    # The same of a link that leads to what somebody can order of a publication.
    publication = models.OneToOneField(
        Publication, models.SET_NULL, null=True, blank=True, editable=False, related_name="material"
    )
    version = models.PositiveSmallIntegerField(default=1)
    page_count = models.PositiveSmallIntegerField(null=True, blank=True)
    # Of all shares ever made of it: the next share gets the next number.
    share_count = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="materials"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_demo = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MaterialQuerySet.as_manager()

    class Meta:
        ordering = ["title", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="material_has_title"),
            models.CheckConstraint(condition=Q(kind__in=MaterialKind.values), name="material_kind"),
            models.CheckConstraint(
                condition=Q(survey=None, gathering=None) | Q(survey=None, study=None) | Q(gathering=None, study=None),
                name="material_leads_to_one",
            ),
            models.CheckConstraint(
                condition=Q(publication=None) | Q(survey=None, gathering=None, study=None),
                name="material_of_a_publication",
            ),
        ]
        indexes = [GinIndex(WORDS_OF_MATERIAL, name="material_words")]

    notice = SystemData("What the agency itself publishes.")

    def __str__(self) -> str:
        return self.title


declare("campaigns.Material_tags", SystemData("Which topics a material has."))


UNDER_WAY = (MaterialState.WAITING, MaterialState.WORKING)


class MaterialVersion(models.Model):
    """One file of a material. Never changed once it is ready: a new file is a new version."""

    material = models.ForeignKey(Material, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    # As it was sent, and what was made of it where that was no PDF or image.
    file = models.FileField(upload_to=FOLDER, storage=store, max_length=200)
    converted = models.FileField(upload_to=FOLDER, storage=store, max_length=200, blank=True)
    file_name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    page_count = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=MaterialState, default=MaterialState.WAITING)
    # In words for whoever sent the file.
    failure = models.CharField(max_length=300, blank=True)
    # How far the preparing is, of page_count.
    pages_done = models.PositiveSmallIntegerField(default=0)
    # Until when a worker has it, who renews that at each page; and how many workers began.
    claimed_until = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["material", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["material", "number"], name="material_version_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="material_version_number"),
            models.CheckConstraint(condition=Q(state__in=MaterialState.values), name="material_version_state"),
            models.CheckConstraint(
                condition=Q(state=MaterialState.FAILED) ^ Q(failure=""), name="material_version_failure"
            ),
        ]
        indexes = [
            models.Index(fields=["state"], name="material_version_under_way", condition=Q(state__in=UNDER_WAY)),
        ]

    notice = SystemData("A file that the agency itself publishes.")

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY


class MaterialPage(models.Model):
    """One page of a version: its pictures at two widths, a thumbnail, and its text for search and screen readers."""

    version = models.ForeignKey(MaterialVersion, models.CASCADE, related_name="pages")
    number = models.PositiveSmallIntegerField()
    # Of the wide picture, in pixels.
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    wide = models.FileField(upload_to=FOLDER, storage=store, max_length=200)
    narrow = models.FileField(upload_to=FOLDER, storage=store, max_length=200)
    thumbnail = models.FileField(upload_to=FOLDER, storage=store, max_length=200)
    text = models.TextField(blank=True)

    class Meta:
        ordering = ["version", "number"]
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="material_page_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="material_page_number"),
        ]
        indexes = [GinIndex(WORDS_OF_PAGE, name="material_page_words")]

    notice = SystemData("A page of what the agency itself publishes.")
