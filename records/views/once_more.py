"""Asks once more before what cannot be taken back."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@dataclass(frozen=True)
class Question:
    """`consequences` are sentences; `back` is the address of the page that `back_label` names."""

    asked: str
    consequences: Sequence[str]
    button: str
    back: str
    back_label: str


def is_sure(request: HttpRequest) -> bool:
    """Whether this was posted from the page that asks."""
    return "sure" in request.POST


def ask_once_more(request: HttpRequest, question: Question) -> HttpResponse:
    """The page that says what will come of it; its form posts to where it was asked."""
    return render(request, "records/once_more.html", {"question": question})
