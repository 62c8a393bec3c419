"""Why a file does not become pages, as readers read it.

It is kept in English, whichever process found it; pages put it in the reader's language. Each is named here: a test
finds those that are not.
"""

from django.utils.translation import gettext_noop as _

from campaigns.materials import conversion
from campaigns.materials.drawing.types import WRONG_TYPE
from privacy.wording import stored_words

FAILURES = (
    _("The file is empty: 0 bytes. Choose it again where you have it whole."),
    _(
        "Its content is none of the kinds that are taken, whatever its name says: PDF, images (PNG, JPEG, WebP, "
        "GIF, TIFF) and Office files (docx, xlsx, pptx, odt, ods, odp)."
    ),
    WRONG_TYPE_WITHOUT_OFFICE := _(
        "Its content is none of the kinds that are taken, whatever its name says: PDF and images (PNG, JPEG, WebP, "
        "GIF, TIFF)."
    ),
    _(
        "It is an Office file of the older kind, or one with a password. Save it as .docx, .xlsx or .pptx without"
        " a password, or as PDF, and upload that."
    ),
    _("It is an Office file with macros, which are not taken. Save it as PDF, or without them, and upload that."),
    _("Unpacked it would be far larger than a document is: it is not opened."),
    _("It is cut off or damaged: its parts cannot be read. Upload it again where you have it whole."),
    _("It opens with a password only. Save it without one and upload that."),
    _("It ends in the middle: it was cut off on its way. Upload it again where you have it whole."),
    _("It cannot be read: it is damaged. Open it in the program that made it, save it again and upload that."),
    _("It has no pages."),
    _("It has %(pages)s pages; %(most)s are the most that are taken. Upload it in parts."),
    _("Page %(number)s cannot be read: the file is damaged there. Save it again and upload that."),
    _(
        "Page %(number)s is %(width)s by %(height)s inches; %(most)s inches are the most. Save it at a smaller "
        "size and upload that."
    ),
    _("It has more than %(most)s million pixels, which is the most that is opened. Save it smaller and upload that."),
    _(
        "It is an Office file, and this installation has no LibreOffice to turn it into pages: only PDF and "
        "images are taken. Save it as PDF and upload that."
    ),
    _("LibreOffice cannot turn it into pages: it is damaged, or has a password. Save it as PDF and upload that."),
    _("LibreOffice took longer than %(seconds)s seconds over it. Save it as PDF and upload that."),
    _("Drawing it takes more memory than %(size)s GB: it is larger than a document is."),
    _(
        "Page %(number)s took longer than %(seconds)s seconds to draw: it is far larger than a document is, or "
        "made to do harm."
    ),
    _("Drawing it takes longer than %(minutes)s minutes. Upload it in parts."),
    _(
        "Drawing it broke off at its beginning: it asks for more memory than %(size)s GB or for more than "
        "%(minutes)s minutes, or it is damaged."
    ),
    _(
        "Drawing it broke off at page %(number)s: it asks for more memory than %(size)s GB or for more than "
        "%(minutes)s minutes, or it is damaged."
    ),
    _(
        "The program broke off over it %(times)s times. Try again; if it stays so, tell an IT administrator, who "
        "sees why."
    ),
)


def in_words(failure: str) -> str:
    """In the reader's language; what is not known here as it is kept. Only the kinds that are taken here are named."""
    if failure == WRONG_TYPE and conversion.program() is None:
        failure = WRONG_TYPE_WITHOUT_OFFICE
    return stored_words(failure, FAILURES)
