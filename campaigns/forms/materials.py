"""Sending a file, naming a link, changing what a material is called, and its topics."""

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.validators import URLValidator
from django.template.defaultfilters import filesizeformat
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.enums import MaterialKind
from campaigns.materials import conversion
from campaigns.materials.drawing.limits import MOST_PAGES
from campaigns.materials.drawing.problems import Unfit
from campaigns.materials.failure_words import in_words
from campaigns.materials.looking import look_at
from campaigns.materials.tagging import WrongTag, names_in, slug_of
from campaigns.models import Material
from privacy.languages import WordedForm
from privacy.models import User


class FileForm(forms.Form):
    """A file of this user's. What it is and whether it can be shown is told by its content."""

    file = forms.FileField(label=_("File"), max_length=255, allow_empty_file=True)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._by = by
        self.fields["file"].help_text = taken()
        self.fields["file"].widget.attrs["data-max-bytes"] = settings.MATERIAL_MAX_BYTES

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.is_too_large:
            raise forms.ValidationError(too_large())
        try:
            look_at(file.path, self._by)
        except Unfit as problem:
            raise forms.ValidationError(in_words(str(problem))) from None
        return file


def taken() -> str:
    """Which files are taken here."""
    said = (
        gettext(
            "PDF, images (PNG, JPEG, WebP, GIF, TIFF), Office files (docx, xlsx, pptx, odt, ods, odp). "
            "At most %(size)s and %(pages)s pages."
        )
        if conversion.program()
        else gettext("PDF, images (PNG, JPEG, WebP, GIF, TIFF). At most %(size)s and %(pages)s pages.")
    )
    size = filesizeformat(settings.MATERIAL_MAX_BYTES)
    return said % {"size": size, "pages": number_format(MOST_PAGES, force_grouping=True)}


def too_large() -> str:
    said = gettext("The file is larger than %(most)s. Nothing was saved: make it smaller, or send it in parts.")
    return said % {"most": filesizeformat(settings.MATERIAL_MAX_BYTES)}


class TagsField(forms.CharField):
    """Topics, separated by commas."""

    def clean(self, value: Any) -> Any:
        try:
            return names_in(super().clean(value))
        except WrongTag as wrong:
            raise forms.ValidationError(str(wrong)) from None


class MaterialForm(WordedForm, forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    class Meta:
        model = Material
        fields: ClassVar = ["title", "description"]
        widgets: ClassVar = {"description": forms.Textarea(attrs={"rows": 3})}
        labels: ClassVar = {"description": _("What it is about")}


class LinkForm(MaterialForm):
    """A link to a page elsewhere. Only the web's addresses: nothing that runs in the reader's browser."""

    address = forms.URLField(
        label=_("Address"),
        max_length=2_000,
        assume_scheme="https",
        validators=[URLValidator(schemes=["http", "https"])],
        help_text=_("It begins with https:// or http://"),
    )

    class Meta(MaterialForm.Meta):
        fields: ClassVar = ["title", "address", "description"]


class NewMaterialForm(FileForm, MaterialForm):
    tags = TagsField(label=_("Topics"), max_length=500, required=False, help_text=_("Separated by commas."))
    field_order = ["file", "title", "description", "tags"]


class NewLinkForm(LinkForm):
    tags = TagsField(label=_("Topics"), max_length=500, required=False, help_text=_("Separated by commas."))


class TagForm(forms.Form):
    """One topic, to be added."""

    tag = forms.CharField(label=_("Add a topic"), max_length=60)

    def clean_tag(self) -> str:
        name = " ".join(self.cleaned_data["tag"].split())
        try:
            slug_of(name)
        except WrongTag as wrong:
            raise forms.ValidationError(str(wrong)) from None
        return name


def change_form(material: Material, data: Any = None) -> MaterialForm:
    """The form that a material of this kind is changed with."""
    form = LinkForm if material.kind == MaterialKind.LINK else MaterialForm
    return form(data, instance=material)
