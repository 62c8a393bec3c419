"""What somebody had entered in a form of a share before they showed that it is they, or typed the passcode: carried
along by the pages that ask for it, in hidden fields, and shown again in the form. It is kept nowhere.

A form's button sends all that the form holds to the page of the code (`PROVE`). A survey keeps what was entered on its
sheet: the sheet's address alone is carried.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import Resolver404, resolve

from campaigns.models import Share
from records.payment_numbers import payment_number_in

PROVE = "prove"  # the button's name; its value is the form's path
BACK_TO = "back_to"  # the form's path, on the pages that ask for something
ENTERED = "entered-"  # how the names begin there of what the form held
FORMS = {
    "share_event", "share_contest", "share_publication", "share_survey", "share_survey_sheet", "share_ask",
    "share_pass_on", "share_preferences",
}  # fmt: skip
# What no person enters, and the hidden field that no person sees.
UNSAID = {PROVE, BACK_TO, "csrfmiddlewaretoken", "website"}


@dataclass(frozen=True)
class Carried:
    """`back_to` is the path of a form of the share, empty where nobody came from one; `fields` what it held."""

    back_to: str = ""
    fields: tuple[tuple[str, str], ...] = ()

    @property
    def query(self) -> Mapping[str, str]:
        return {BACK_TO: self.back_to} if self.back_to else {}


def carried(request: HttpRequest, share: Share) -> Carried:
    """What came with the form of a page that asks for something, from a form's button, or as a form that met a door."""
    sent = request.POST
    if BACK_TO in sent:
        back_to, entered = sent[BACK_TO], [one for one in _pairs(sent) if one[0].startswith(ENTERED)]
    elif request.method == "POST":
        back_to = sent.get(PROVE, request.path)
        entered = [(f"{ENTERED}{name}", value) for name, value in _pairs(sent) if name not in UNSAID]
    else:
        back_to, entered = request.GET.get(BACK_TO, ""), []
    return Carried(back_to, tuple(entered)) if _is_form_of(share, back_to) else Carried()


def led_back(share: Share, found: Carried) -> HttpResponse:
    """To the form, which is sent what it held and shows it; to the share where nobody came from a form."""
    if not found.back_to:
        return redirect("open_share", token=share.token)
    return redirect(found.back_to, preserve_request=bool(found.fields))


def query_of(found: Carried, **more: str) -> str:
    return urlencode({**more, **found.query})


def is_back(request: HttpRequest) -> bool:
    """Whether the form is to be shown again with what it held, and not to be taken."""
    return request.method == "POST" and BACK_TO in request.POST


def sent_to(request: HttpRequest) -> QueryDict | None:
    """What was sent by the form that the page shows; None where it is only shown."""
    return request.POST if request.method == "POST" and not is_back(request) else None


def entered(request: HttpRequest, name: str) -> str:
    """What a field of the form held that is only shown again; empty else."""
    return request.POST.get(f"{ENTERED}{name}", "") if is_back(request) else ""


def fill(form: BaseForm, request: HttpRequest) -> None:
    """Show in the form what it held, of the fields that it still has."""
    if not is_back(request):
        return
    held = QueryDict(mutable=True)
    for name, values in request.POST.lists():
        if name.startswith(ENTERED):
            held.setlist(name.removeprefix(ENTERED), values)
    for name, field in form.fields.items():
        value = field.widget.value_from_datadict(held, {}, form.add_prefix(name))
        if value not in (None, "", []):
            form.initial[name] = value


def _pairs(sent: QueryDict) -> list[tuple[str, str]]:
    """What was entered, without what may be the number of a card or account."""
    found = [(name, str(value)) for name, values in sent.lists() for value in values if value]
    return [(name, value) for name, value in found if not payment_number_in(value, name.removeprefix(ENTERED))]


def _is_form_of(share: Share, path: str) -> bool:
    try:
        found = resolve(path)
    except Resolver404:
        return False
    return found.url_name in FORMS and found.kwargs["token"] == share.token
