"""The list of campaigns with its numbers, each with its goal and how far it is."""

from typing import Any

from django.urls import path
from rest_framework import serializers

from analytics.exports.source import sees_people
from analytics.lists import SEES_CAMPAIGNS
from analytics.queries import campaign_rows
from campaigns.api.campaigns import CampaignFilters
from campaigns.enums import CampaignState, GoalMeasure
from campaigns.models import CampaignQuerySet
from privacy.api.fields import Money
from privacy.api.views import ListResource

NUMBERS = ("recipients", "viewers", "response_rate", "conversions", "revenue")


class GoalData(serializers.Serializer[Any]):
    measure = serializers.ChoiceField(choices=GoalMeasure.choices)
    target = serializers.FloatField(help_text="Percent of the people drawn for a rate; a number; money for revenue.")
    so_far = serializers.FloatField(allow_null=True, help_text="In the same unit.")
    share = serializers.FloatField(allow_null=True, help_text="How much of the target that is: 1 is all of it.")


class CampaignNumbersData(serializers.Serializer[Any]):
    slug = serializers.SlugField()
    name = serializers.CharField()
    state = serializers.ChoiceField(choices=CampaignState.choices)
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)
    recipients = serializers.IntegerField(allow_null=True)
    viewers = serializers.IntegerField(allow_null=True, help_text="Null where nobody recorded any view.")
    response_rate = serializers.FloatField(allow_null=True, help_text="Null where nobody recorded any response.")
    conversions = serializers.IntegerField(allow_null=True)
    revenue = Money(allow_null=True)
    goal = GoalData(allow_null=True, help_text="The goal in numbers, and how far it is; null where none is set.")
    hidden = serializers.ListField(
        child=serializers.CharField(),
        help_text="What is null because it tells of fewer than 5 people, for whoever may not see people.",
    )


class CampaignNumbersView(ListResource):
    """The campaigns whose reports the caller may read, with the numbers of all their variants together."""

    noun = "reports"
    see = SEES_CAMPAIGNS
    operations = {"GET": "list_campaign_reports"}
    row = CampaignNumbersData
    filters = CampaignFilters
    sorts = {"-created_at": ("-created_at", "-id"), "name": ("name", "id")}

    def rows(self) -> CampaignQuerySet:
        return campaign_rows(self.user, hides_few=not sees_people(self.user))

    def data(self, one: Any) -> dict[str, Any]:
        hidden = set(getattr(one, "hidden", ()))
        of_goal = {"goal_so_far": "goal.so_far", "goal_share": "goal.share"}
        told = {name: getattr(one, name) for name in ("slug", "name", "state", "starts_on", "ends_on", *NUMBERS)}
        goal = {
            "measure": one.goal_measure, "target": one.goal_value, "so_far": one.goal_so_far, "share": one.goal_share,
        }  # fmt: skip
        names = [of_goal.get(name, name) for name in (*NUMBERS, *of_goal) if name in hidden]
        return {**told, "goal": None if one.goal_value is None else goal, "hidden": names}


urlpatterns = [path("reports/campaigns", CampaignNumbersView.as_view(), name="api_campaign_reports")]
