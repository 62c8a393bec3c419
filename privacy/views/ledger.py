"""The page on which anybody checks a proof from the ledger: no account, no cookie, no look into the database."""

import json

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from privacy.ledger import naming
from privacy.ledger.forms import ProofForm


@require_http_methods(["GET", "HEAD", "POST"])
@csrf_exempt
@login_not_required
def check_proof(request: HttpRequest) -> HttpResponse:
    """It acts in nobody's name and keeps nothing, so there is no token against forged ones (and no cookie for it)."""
    form = ProofForm(request.POST, request.FILES) if request.method == "POST" else ProofForm()
    is_checked = form.is_valid()
    statement = form.checked.statement if is_checked and form.checked else None
    context = {
        "form": form,
        "checked": form.checked if is_checked else None,
        "statement": json.dumps(statement, indent=2, ensure_ascii=False) if statement is not None else "",
        "key": naming.verifiers()[0].text,
    }
    status = 422 if request.method == "POST" and not is_checked else 200
    return render(request, "privacy/ledger_check.html", context, status=status)
