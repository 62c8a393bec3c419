"""What the pages of retention have in common."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from privacy.administration import ManagedByPermit, may
from privacy.ledger import proofs
from privacy.roles import Permit


class RetentionPage(ManagedByPermit):
    """Mixed into a ModelAdmin: seen by those who may see retention; changed by its own addresses alone."""

    permit = Permit.VIEW_RETENTION

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def page(self, request: HttpRequest, template: str, title: str, **context: Any) -> TemplateResponse:
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": title,
            "opts": self.opts,  # type: ignore[attr-defined]
            "may_keep": may(request, Permit.KEEP_RETENTION),
            "may_hold": may(request, Permit.KEEP_HOLDS),
            **context,
        }
        return TemplateResponse(request, f"privacy/retention/{template}.html", context)

    def found(self, request: HttpRequest, number: str) -> Any:
        row = self.get_object(request, number)  # type: ignore[attr-defined]
        if row is None:
            raise Http404
        return row

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """What happened to a rule, list or hold stands on its own page."""
        raise Http404


def back_to(row: Any) -> HttpResponse:
    return HttpResponseRedirect(reverse(f"admin:privacy_{row._meta.model_name}_change", args=[row.pk]))


def proof_of(request: HttpRequest, row: proofs.Certified, of: str) -> HttpResponse:
    """The proof of a certificate as a file; or why there is none yet, on the row's own page."""
    try:
        content = proofs.as_file(proofs.proof_of_certificate(row))
    except proofs.NotSealed as problem:
        messages.error(request, str(problem))
        return back_to(row)
    answer = HttpResponse(content, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="proof-of-{of}-{row.pk}.json"'
    return answer
