"""What somebody is told who signed something: that it counts, under which name, since when."""

from django.utils import timezone
from django.utils.translation import gettext

from privacy.models import User
from privacy.wording import moment


def signed_by(user: User, done: str) -> str:
    """What was `done` (a sentence), and that the user signed it just now, by their own clock."""
    said = gettext("Signed by %(name)s on %(moment)s.") % {
        "name": user.name,
        "moment": moment(timezone.localtime(timezone.now())),
    }
    return f"{done} {said}"
