"""What is given to check a proof: its file or its text, and the key that must have signed."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from privacy.ledger import naming
from privacy.ledger.checking import LARGEST, BadProof, Checked, check
from privacy.ledger.notes import BadNote, Verifier


class ProofForm(forms.Form):
    """Valid where the proof holds; `checked` is then what it proves."""

    file = forms.FileField(label=_("The proof’s file"), required=False, allow_empty_file=True)
    text = forms.CharField(
        label=_("Or its text"), required=False, widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        max_length=LARGEST,
    )  # fmt: skip
    key = forms.CharField(
        label=_("The key that must have signed"), required=False, max_length=300,
        help_text=_("As its owner gave it to you. If left empty, the key of this installation is used."),
    )  # fmt: skip

    checked: Checked | None = None

    def clean_key(self) -> list[Verifier]:
        key = self.cleaned_data["key"].strip()
        try:
            return [Verifier.of(key)] if key else naming.verifiers()
        except BadNote as problem:
            raise forms.ValidationError(problem.told(gettext)) from None

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if self.errors:
            return found
        try:
            self.checked = check(self._proof(found), found["key"])
        except BadProof as problem:
            raise forms.ValidationError(problem.told(gettext)) from None
        return found

    def _proof(self, found: dict[str, Any]) -> str:
        """Raises BadProof where there is none, or two."""
        file: UploadedFile[bytes] | None = found.get("file")
        if bool(file) == bool(found.get("text")):
            raise BadProof(gettext_noop("Provide the proof’s file or its text: one of the two."))
        if file is None or not file:
            return str(found["text"])
        if file.size is None or file.size > LARGEST:
            raise BadProof(gettext_noop("This file is too large for a proof."))
        try:
            return str(file.read(), "utf-8")
        except UnicodeDecodeError:
            raise BadProof(gettext_noop("This file is not text, so it is not a proof.")) from None
