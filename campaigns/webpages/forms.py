"""The editor of a page: a form for each block, and what its buttons do to their order."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.materials.apart import labels_of
from campaigns.models import Material
from campaigns.webpages.blocks import KINDS, LONGEST_LINE, LONGEST_TEXT, MOST_BLOCKS, Block, leads_somewhere, written
from privacy.models import User
from privacy.roles import SEES_CUSTOMERS
from records.forms.organization import ORGANIZATION
from records.forms.people import SEEN
from records.forms.record import FoundField


class BlockForm(forms.Form):
    """One block; `kind` is the subclass's, `number` its place on the page."""

    kind = ""
    number = 0

    @property
    def label(self) -> str:
        return gettext(KINDS[self.kind].label)

    def block(self) -> Block:
        """The block that was typed; call it once the form is valid."""
        return KINDS[self.kind](**self.cleaned_data)


class TextForm(BlockForm):
    kind = "text"
    heading = forms.CharField(label=_("Heading"), max_length=LONGEST_LINE, required=False)
    text = forms.CharField(
        label=_("Text"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("A blank line starts a new paragraph."),
    )

    def clean(self) -> dict[str, Any]:
        if not self.errors and not any(self.cleaned_data.values()):
            self.add_error("text", _("Write something, or remove the block."))
        return self.cleaned_data


class MaterialForm(BlockForm):
    kind = "material"
    material = forms.ChoiceField(
        label=_("Material"), help_text=_("Everyone who gets the page gets their own link to it.")
    )
    words = forms.CharField(
        label=_("Words"), max_length=LONGEST_TEXT, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, offered: Sequence[tuple[str, str]] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        material = cast(forms.ChoiceField, self.fields["material"])
        material.choices = [("", _("Choose a material")), *offered]


class LinkForm(BlockForm):
    kind = "link"
    text = forms.CharField(max_length=LONGEST_LINE, label=_("Link text"))
    address = forms.CharField(
        label=_("Address"), max_length=LONGEST_LINE, help_text=_("Begins with https:// or http://")
    )

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"]
        if not leads_somewhere(address):
            raise forms.ValidationError(_("Enter an address that begins with https:// or http://"))
        return address


class ContactForm(BlockForm):
    kind = "contact"
    words = forms.CharField(
        label=_("Words"), max_length=LONGEST_TEXT, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


FORMS: dict[str, type[BlockForm]] = {form.kind: form for form in (TextForm, MaterialForm, LinkForm, ContactForm)}


def offered_materials() -> list[tuple[str, str]]:
    """What can stand on a page: materials and links that are ready, by title. One query."""
    return labels_of(Material.objects.offered().exclude(kind="web page"))


class Editor:
    """The forms of all blocks, filled from a draft or from what was posted, in the order of the page."""

    def __init__(self, forms_: Sequence[BlockForm]) -> None:
        self.forms = list(forms_)
        for number, form in enumerate(self.forms, 1):
            form.number = number

    @classmethod
    def of_draft(cls, blocks: Sequence[Block]) -> "Editor":
        return cls._made([(one["kind"], {"initial": one}) for one in written(blocks)])

    @classmethod
    def of_post(cls, data: QueryDict, change: str = "") -> "Editor":
        """What was typed, after the button `change`: `add-KIND`, `up-N`, `down-N`, `remove-N`; N counts from 1.

        A button that fits nothing changes nothing. Blocks past the most that a page may have are left out.
        """
        typed = [_typed(data, number) for number in range(min(_count(data), MOST_BLOCKS))]
        changed = _changed([one for one in typed if one["kind"] in FORMS], change)
        if not change:
            return cls._made([(one["kind"], {"data": one}) for one in changed])
        return cls._made([(one["kind"], {"initial": one}) for one in changed])

    @classmethod
    def _made(cls, parts: Sequence[tuple[str, dict[str, Any]]]) -> "Editor":
        offered = offered_materials() if any(kind == "material" for kind, _ in parts) else []
        made = []
        for number, (kind, options) in enumerate(parts):
            more: dict[str, Any] = {"offered": offered} if kind == "material" else {}
            prefix = f"block-{number}"
            if data := options.get("data"):
                options = {"data": {f"{prefix}-{name}": value for name, value in data.items()}}
            made.append(FORMS[kind](prefix=prefix, **more, **options))
        return cls(made)

    def is_valid(self) -> bool:
        """Whether all are; each is asked, so that each shows what is wrong with it."""
        valid = [form.is_valid() for form in self.forms]
        return all(valid)

    def blocks(self) -> list[Block]:
        return [form.block() for form in self.forms]


def _count(data: QueryDict) -> int:
    count = data.get("count", "")
    return int(count) if count.isascii() and count.isdigit() and len(count) < 6 else 0


def _typed(data: QueryDict, number: int) -> dict[str, str]:
    prefix = f"block-{number}-"
    return {"kind": "", **{key.removeprefix(prefix): str(data[key]) for key in data if key.startswith(prefix)}}


def _changed(typed: list[dict[str, str]], change: str) -> list[dict[str, str]]:
    what, _, which = change.partition("-")
    if what == "add" and which in FORMS and len(typed) < MOST_BLOCKS:
        return [*typed, {"kind": which}]
    place = int(which) - 1 if which.isascii() and which.isdigit() and len(which) < 6 else -1
    if not 0 <= place < len(typed):
        return typed
    if what == "remove":
        return typed[:place] + typed[place + 1 :]
    other = {"up": place - 1, "down": place + 1}.get(what, -1)
    if 0 <= other < len(typed):
        typed[place], typed[other] = typed[other], typed[place]
    return typed


class NewPageForm(forms.Form):
    """`customer` and `organization` are named as the forms of records name them, among those that the user sees.
    Whoever sees no customers makes no page for one."""

    title = forms.CharField(label=_("Title"), max_length=200, help_text=_("The recipient reads it above the page."))

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if user.has_one_of(SEES_CUSTOMERS):
            self.fields["customer"] = FoundField(SEEN, user, required=False, label=_("For one customer"))
        self.fields["organization"] = FoundField(ORGANIZATION, user, required=False, label=_("Or for an account"))

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("customer") and self.cleaned_data.get("organization"):
            self.add_error("organization", _("Choose a customer or an account, not both."))
        return self.cleaned_data
