"""Two people at a draft's variants: its page carries what was read of each, so that the later one overwrites nothing
and is shown what changed meanwhile. What they typed stays in the form."""

import re
from collections.abc import Iterator
from copy import copy
from functools import cached_property
from typing import Any

from django.core import signing
from django.http import QueryDict
from django.utils.translation import gettext as _

from campaigns.forms.campaign import HoldoutForm, VariantForm, VariantFormSet, VariantSet, variant_forms, variant_rows
from campaigns.models import Campaign, Variant
from records.forms.conflicts import Meanwhile, changed_since, mark, read_mark, told_as_labelled, typed

OF_VARIANT = tuple(VariantForm.base_fields)
OF_HOLDOUT = tuple(HoldoutForm.base_fields)
OF_ROW = re.compile(r"form-([0-9]{1,3})-")
SALT = "campaigns.forms.variants_meanwhile"


def read_of_variants(campaign: Campaign, forms: VariantSet) -> str:
    """What was read of the holdout and of each variant that has a row, as the page carries it."""
    marks = {str(row.instance.pk): mark(row.instance, OF_VARIANT) for row in forms.initial_forms}
    return signing.dumps([mark(campaign, OF_HOLDOUT), marks], salt=f"{SALT}:{campaign.pk}")


def _marks(campaign: Campaign, text: str) -> tuple[str, dict[str, str]]:
    """The holdout's, and each variant's. Nothing for a mark that is none: then all of it counts as changed since."""
    try:
        of_holdout, of_variants = signing.loads(text, salt=f"{SALT}:{campaign.pk}")
    except signing.BadSignature:
        return "", {}
    return of_holdout, of_variants


class AskedVariants:
    """What was sent from the page of variants, held against what is stored now. The campaign's row is locked."""

    def __init__(self, sent: QueryDict, stored: Campaign) -> None:
        self.sent, self.stored = sent, stored
        self.mark_of_holdout, self.marks = _marks(stored, sent.get("read", ""))
        self.variants = {str(variant.pk): variant for variant in variant_rows(stored)}

    @cached_property
    def meanwhile(self) -> list[Meanwhile]:
        """What others changed since the page was read."""
        return [*self._of_holdout(), *self._of_variants(), *self._of_removed()]

    def _of_holdout(self) -> Iterator[Meanwhile]:
        read = read_mark(self.stored, self.mark_of_holdout)
        yield from told_as_labelled(HoldoutForm(), self.stored, changed_since(self.stored, read, OF_HOLDOUT))

    def _of_variants(self) -> Iterator[Meanwhile]:
        for key, variant in self.variants.items():
            if key not in self.marks:
                yield Meanwhile(_("Another variant"), str(variant), "")
                continue
            changed = changed_since(variant, read_mark(variant, self.marks[key]), OF_VARIANT)
            for one in told_as_labelled(VariantForm(instance=variant), variant, changed):
                yield Meanwhile(f"{variant}: {one.label}", one.now, "")

    def _of_removed(self) -> Iterator[Meanwhile]:
        for key, prefix in self._rows():
            if key in self.marks and key not in self.variants:
                yield Meanwhile(self.sent.get(f"{prefix}-label", ""), _("removed"), "")

    def holdout_again(self) -> HoldoutForm:
        bound = HoldoutForm(self.sent, instance=copy(self.stored))
        bound.is_valid()
        own = typed(bound, read_mark(self.stored, self.mark_of_holdout), OF_HOLDOUT)
        return HoldoutForm(instance=self.stored, initial=own)

    def variants_again(self) -> VariantSet:
        """A row for each variant that is stored, with what the user typed of it; then what they wanted anew."""
        rows = dict(self._rows())
        wanted = [typed_row for typed_row in map(self._anew, self._prefixes()) if typed_row]
        forms = variant_forms(self.stored, initial=wanted)
        forms.extra = len(wanted) + VariantFormSet.extra
        # Nothing that was typed is dropped: how many there may be is told when it is saved.
        forms.max_num = max(VariantFormSet.max_num, forms.initial_form_count() + len(wanted))
        for form in forms.initial_forms:
            key = str(form.instance.pk)
            if key in rows:
                form.initial = {**form.initial, **self._typed(rows[key], key)}
        return forms

    def _typed(self, prefix: str, key: str) -> dict[str, Any]:
        variant = copy(self.variants.get(key)) or Variant(pk=int(key), campaign=self.stored)
        bound = VariantForm(self.sent, instance=variant, prefix=prefix)
        bound.is_valid()
        own = typed(bound, read_mark(variant, self.marks.get(key, "")), OF_VARIANT)
        return own | ({"DELETE": True} if f"{prefix}-DELETE" in self.sent else {})

    def _anew(self, prefix: str) -> dict[str, Any] | None:
        """A row for a variant that there is not yet, or of which the user changed something and that is gone."""
        key = self.sent.get(f"{prefix}-id", "")
        row = {name: self.sent.get(f"{prefix}-{name}", "") for name in OF_VARIANT}
        if not row["label"] or key in self.variants or f"{prefix}-DELETE" in self.sent:
            return None
        return row if key not in self.marks or self._typed(prefix, key) else None

    def _rows(self) -> Iterator[tuple[str, str]]:
        """Of each row that was sent for a stored variant its key and the prefix of its fields."""
        for prefix in self._prefixes():
            if key := self.sent.get(f"{prefix}-id", ""):
                yield key, prefix

    def _prefixes(self) -> list[str]:
        """The rows that were sent, in their order."""
        numbers = {int(found[1]) for found in map(OF_ROW.match, self.sent) if found}
        return [f"form-{number}" for number in sorted(numbers)]
