"""What the pages of the notice ask for."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from privacy.notice import in_force, versions
from privacy.wording import day, label_words

SENSITIVITIES = {
    "public": _("Public"),
    "internal": _("Internal"),
    "pii": _("Personal"),
    "sensitive": _("Sensitive"),
    "secret": _("Secret"),
}


def version_choices() -> list[tuple[str, str]]:
    return [(notice.version, f"{day(notice.effective)}, {gettext(notice.status)}") for notice in versions()]


def category_choices() -> list[tuple[str, str]]:
    categories = in_force().categories
    return [
        ("", gettext("Any")),
        *((str(category.number), f"{category.number}. {label_words(category.title)}") for category in categories),
    ]


class ComparisonForm(forms.Form):
    """Which two versions of the notice are compared."""

    a = forms.ChoiceField(label=_("From"), choices=version_choices)
    b = forms.ChoiceField(label=_("To"), choices=version_choices)


class DataMapForm(forms.Form):
    """What the data map is narrowed to; empty is everything."""

    text = forms.CharField(required=False, max_length=100, label=_("Search element, model or field"))
    category = forms.ChoiceField(required=False, label=_("Category"), choices=category_choices)
    sensitivity = forms.ChoiceField(
        required=False, label=_("Sensitivity"), choices=[("", _("Any")), *SENSITIVITIES.items()]
    )
