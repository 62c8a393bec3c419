"""How somebody wants to be mailed: at once, once a day or not at all, for each kind by itself."""

from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _

from privacy.enums import MailMode
from privacy.languages import worded
from privacy.models import MailWish, User
from privacy.notifications.kinds import kinds_for


class MailWishesForm(forms.Form):
    """One field a kind that the user may be told of; its name is the kind's, with `_` for what a name may not hold."""

    def __init__(self, user: User, data: Any = None) -> None:
        super().__init__(data)
        self.user = user
        chosen = dict(MailWish.objects.filter(user=user).values_list("kind", "mode"))
        for kind in kinds_for(user):
            self.fields[kind.name] = forms.ChoiceField(
                label=_(kind.label),
                choices=worded(MailMode.choices),
                initial=chosen.get(kind.name, MailMode.AT_ONCE),
                error_messages={"invalid_choice": _("Choose at once, once a day or not by mail.")},
            )

    def save(self) -> None:
        """Keep what was chosen for each."""
        with transaction.atomic():
            for kind, mode in self.cleaned_data.items():
                MailWish.objects.update_or_create(user=self.user, kind=kind, defaults={"mode": mode})
