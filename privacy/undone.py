"""What was done is said on the next page, with a button that takes it back."""

from django.contrib import messages
from django.http import HttpRequest


def tell(request: HttpRequest, said: str, undo: str = "", what: str = "") -> None:
    """`undo` is the address that the button posts to, with `what` (no white space) as its field `undone`."""
    messages.success(request, said, extra_tags=f"undo-at {undo} {what}".rstrip() if undo else "")
