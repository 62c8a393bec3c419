"""The forms of a version's publication: when it was printed, what was reported, commented and determined."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from privacy.rights.forms import day_field

WORDS: dict[str, Any] = {"max_length": 4_000, "widget": forms.Textarea(attrs={"rows": 3})}


class PublicationForm(forms.Form):
    """That the Federal Register printed it."""

    citation = forms.RegexField(
        r"^\d{1,3} FR \d{1,6}$", label=_("Citation"), help_text=_("Such as 90 FR 15370."),
        error_messages={"invalid": _("Enter volume and page as the Federal Register does: 90 FR 15370.")},
    )  # fmt: skip
    document_number = forms.CharField(label=_("Document number"), max_length=40, required=False)
    published_on = day_field(_("Published on"))
    effective_on = day_field(
        _("Takes effect on"), help_text=_("At least 30 days after publication (5 U.S.C. 552a(e)(11)).")
    )
    unreported_because = forms.CharField(
        label=_("Why no report to Congress and OMB is required"), required=False,
        help_text=_("Only if the change is not significant (5 U.S.C. 552a(r)); otherwise record the reports "
                    "first."),
        **WORDS,
    )  # fmt: skip


class ReportForm(forms.Form):
    """When it was reported. Source: 5 U.S.C. 552a(r)."""

    congress_on = day_field(_("Reported to both committees of Congress on"), required=False)
    omb_on = day_field(_("Reported to OMB on"), required=False)


class CommentForm(forms.Form):
    filed_as = forms.CharField(label=_("Filed as"), max_length=80, help_text=_("Its number in the docket; no names."))
    received_on = day_field(_("Received on"))
    gist = forms.CharField(label=_("What it says"), help_text=_("In brief, without naming anyone."), **WORDS)


class AnswerForm(forms.Form):
    answer = forms.CharField(label=_("What the agency answers"), **WORDS)


class DeferForm(forms.Form):
    effective_on = day_field(_("Takes effect on"), required=False, help_text=_("Empty: deferred until further notice."))
    reason = forms.CharField(label=_("Contrary determination: why"), **WORDS)


class WithdrawForm(forms.Form):
    reason = forms.CharField(label=_("Why it is withdrawn"), **WORDS)


class RemoveForm(forms.Form):
    """What is done with a thing of a list beside editing it."""

    ACTS: ClassVar = [("up", _("Move up")), ("remove", _("Remove"))]
    revision = forms.IntegerField(widget=forms.HiddenInput)
    act = forms.ChoiceField(choices=ACTS)
