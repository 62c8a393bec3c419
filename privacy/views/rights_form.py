"""The public form by which anybody asks under the Privacy Act: no account, no cookie, and nothing is told back."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from privacy.enums import About
from privacy.notice import in_force
from privacy.rights.addressees import addressee
from privacy.rights.entering import enter_once, sent_before
from privacy.rights.forms import PublicForm
from privacy.sent_once import word_sent
from privacy.statement import REQUEST, statement_for
from privacy.tries import Refusals

# So many requests from one address in so many seconds; a family or an office may share one.
taken = Refusals(most=10, seconds=3600)


@require_http_methods(["GET", "HEAD", "POST"])
@csrf_exempt
@login_not_required
def rights_form(request: HttpRequest) -> HttpResponse:
    """The form acts in nobody's name, so there is no token against forged ones (and no cookie for it).

    A machine that fills in the hidden field reads the same thanks as people, and nothing is stored. The form carries a
    random word: sent again under it, it leads to the same thanks.
    """
    form = PublicForm(request.POST or None)
    context = {
        "form": form,
        "notice": in_force(),
        "statement": statement_for(REQUEST),
        "sales": addressee(About.SALES),
        "others": addressee(About.OTHER),
    }
    if request.method != "POST":
        return render(request, "privacy/rights_form.html", context)
    if form.is_by_machine:
        return render(request, "privacy/rights_thanks.html", context, status=201)
    if not form.is_valid():
        return render(request, "privacy/rights_form.html", context, status=422)
    word = word_sent(request)
    if before := sent_before(form.wish(), word):
        return render(request, "privacy/rights_thanks.html", {**context, "made": before, "is_again": True})
    if taken.too_many(request):
        answer = render(request, "privacy/rights_form.html", {**context, "is_too_often": True}, status=429)
        answer["Retry-After"] = str(taken.SECONDS)
        return answer
    taken.count(request)
    made, is_again = enter_once(form.wish(), word)
    status = 200 if is_again else 201
    return render(request, "privacy/rights_thanks.html", {**context, "made": made, "is_again": is_again}, status=status)
