"""The rules of the notice and their versions: what is in force, proposed, approved and declined."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from privacy.guards import require, signed_in
from privacy.models import RetentionPolicy, User
from privacy.retention import policies, reach
from privacy.retention.admin.pages import RetentionPage, back_to
from privacy.retention.enums import VersionState
from privacy.retention.forms import PolicyForm
from privacy.retention.kinds import kinds_of
from privacy.retention.logs import logs_of
from privacy.retention.triggers import words_of
from privacy.roles import Permit
from privacy.signatures import signed_by
from privacy.wording import label_words


@admin.register(RetentionPolicy)
class RetentionPolicyAdmin(RetentionPage, admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """The rules of the notice, each with its versions."""

    def get_urls(self) -> list[Any]:
        site, name = self.admin_site.admin_view, "privacy_retentionpolicy"
        own = [
            path("approve/", site(require_POST(self.approve_all)), name=f"{name}_approve_all"),
            path("<int:number>/approve/", site(require_POST(self.approve)), name=f"{name}_approve"),
            path("<int:number>/decline/", site(require_POST(self.decline)), name=f"{name}_decline"),
            path("<int:number>/propose/", site(self.propose), name=f"{name}_propose"),
        ]
        return [*own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """All rules of the notice: what is in force, what waits, and what it is chosen for."""
        self.check_view(request)
        policies.make_first_versions()
        in_force, waiting = {}, {}
        for policy in RetentionPolicy.objects.select_related("made_by", "decided_by"):
            if policy.state == VersionState.IN_FORCE and policies.agrees(policy):
                in_force[policy.rule] = policy
            elif policy.state == VersionState.PROPOSED:
                waiting[policy.rule] = policy
        rules = [(rule, in_force.get(rule.id), waiting.get(rule.id)) for rule in policies.rules().values()]
        first_day = [one for one in waiting.values() if one.made_by_id is None]
        return self.page(request, "policies", _("Retention rules"), rules=rules, first_day=first_day)

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        self.check_view(request)
        policy: RetentionPolicy = self.found(request, object_id)
        rule = policies.rules().get(policy.rule)
        return self.page(
            request, "policy", str(policy), policy=policy, rule=rule, trigger=words_of(policy.trigger),
            kinds=[(kind, clock_words(kind.clock(policy.trigger))) for kind in kinds_of(policy.rule)],
            logs=logs_of(policy.rule),
            versions=RetentionPolicy.objects.filter(rule=policy.rule).select_related("made_by", "decided_by"),
            is_own=policy.made_by_id == signed_in(request).pk,
            may_be_declined=policy.made_by_id is not None or not policies.agrees(policy),
            impact=reach.impact_of(policy) if policy.state == VersionState.PROPOSED else None,
        )  # fmt: skip

    def check_view(self, request: HttpRequest) -> None:
        require(signed_in(request), Permit.VIEW_RETENTION)

    def approve_all(self, request: HttpRequest) -> HttpResponse:
        """The first day: the notice's own versions at once."""
        require(signed_in(request), Permit.KEEP_RETENTION)
        chosen = [policy for policy in policies.proposed() if policy.made_by_id is None]
        self._try(
            request,
            lambda: self._approve(chosen, signed_in(request)),
            signed_by(
                signed_in(request),
                ngettext("%(count)s rule approved.", "%(count)s rules approved.", len(chosen)) % {"count": len(chosen)},
            ),
        )
        return HttpResponseRedirect(reverse("admin:privacy_retentionpolicy_changelist"))

    def _approve(self, chosen: list[RetentionPolicy], user: User) -> None:
        for policy in chosen:
            policies.approve(policy, user)

    def approve(self, request: HttpRequest, number: int) -> HttpResponse:
        return self._decided(request, number, policies.approve, _("%(policy)s is in force."))

    def decline(self, request: HttpRequest, number: int) -> HttpResponse:
        return self._decided(request, number, policies.decline, _("%(policy)s is declined."))

    def _decided(
        self, request: HttpRequest, number: int, decide: Callable[[RetentionPolicy, User, str], object], done: str
    ) -> HttpResponse:
        require(signed_in(request), Permit.KEEP_RETENTION)
        policy: RetentionPolicy = self.found(request, str(number))
        said = request.POST.get("said", "")
        self._try(
            request,
            lambda: decide(policy, signed_in(request), said),
            signed_by(signed_in(request), done % {"policy": policy}),
        )
        return back_to(policy)

    def propose(self, request: HttpRequest, number: int) -> HttpResponse:
        """A change: first what would become due by it, then saved, to be approved by another person."""
        require(signed_in(request), Permit.KEEP_RETENTION)
        policy: RetentionPolicy = self.found(request, str(number))
        form = PolicyForm(policy, request.POST or None)
        impact = None
        if request.method == "POST" and form.is_valid():
            if "save" in request.POST:
                try:
                    made = policies.propose(policy.rule, form.wish, signed_in(request))
                except policies.Refused as problem:
                    form.add_error(None, str(problem))
                else:
                    messages.success(
                        request,
                        _("%(policy)s is waiting for approval by another records administrator.") % {"policy": made},
                    )
                    return back_to(made)
            impact = reach.impact_of(policy, form.wish)
        return self.page(
            request, "propose", _("Change %(row)s") % {"row": policy}, policy=policy,
            rule=policies.rules()[policy.rule], form=form, impact=impact,
        )  # fmt: skip

    def _try(self, request: HttpRequest, act: Any, said: str) -> None:
        try:
            act()
        except policies.Refused as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, said)


def clock_words(clock: Any) -> str:
    """Which date of the model starts the clock, in what people call its fields."""
    if isinstance(clock, tuple):
        return _(", else ").join(clock_words(one) for one in clock)
    if isinstance(clock, str):
        return " → ".join(label_words(part.replace("_", " ")) for part in clock.split("__"))
    return _("relationship ended on, from the person's present record")
