"""Addresses of campaigns' plans, audiences, calendar, responses and tasks. They come before the report's, whose slug
would take them for its own (campaigns.planning.RESERVED)."""

from django.urls import path

from campaigns.views import audiences, calendar, follow_ups, lists, plans, responses

urlpatterns = [
    path("campaigns/new/", plans.campaign_new, name="campaign_new"),
    path("campaigns/calendar/", calendar.calendar, name="campaign_calendar"),
    path("campaigns/notes/new/", calendar.note_new, name="note_new"),
    path("campaigns/notes/restore/", calendar.note_restore, name="note_restore"),
    path("campaigns/notes/<int:number>/", calendar.note_edit, name="note_edit"),
    path("campaigns/notes/<int:number>/remove/", calendar.note_remove, name="note_remove"),
    path("campaigns/audiences/", lists.audiences, name="audiences"),
    path("campaigns/audiences/new/", audiences.audience_new, name="audience_new"),
    path("campaigns/audiences/count/", audiences.audience_count, name="audience_count"),
    path("campaigns/audiences/restore/", audiences.audience_restore, name="audience_restore"),
    path("campaigns/audiences/<int:number>/", audiences.audience, name="audience"),
    path("campaigns/audiences/<int:number>/remove/", audiences.audience_remove, name="audience_remove"),
    path("campaigns/<slug:slug>/plan/", plans.plan, name="campaign_plan"),
    path("campaigns/<slug:slug>/edit/", plans.campaign_edit, name="campaign_edit"),
    path("campaigns/<slug:slug>/variants/", plans.campaign_variants, name="campaign_variants"),
    path("campaigns/<slug:slug>/cost/", plans.campaign_cost, name="campaign_cost"),
    path("campaigns/<slug:slug>/copy/", plans.campaign_copy, name="campaign_copy"),
    path("campaigns/<slug:slug>/discard/", plans.campaign_discard, name="campaign_discard"),
    path("campaigns/<slug:slug>/reach/", plans.campaign_reach, name="campaign_reach"),
    path("campaigns/<slug:slug>/launch-state/", plans.launch_state, name="launch_state"),
    path("campaigns/<slug:slug>/step/<slug:word>/", plans.campaign_step, name="campaign_step"),
    path("campaigns/<slug:slug>/responses/new/", responses.response_of_campaign, name="response_of_campaign"),
    path("customers/<uuid:key>/responses/new/", responses.response_new, name="response_new"),
    path("responses/<uuid:key>/take-back/", responses.response_take_back, name="response_take_back"),
    path("tasks/", follow_ups.tasks, name="tasks"),
    path("tasks/<uuid:key>/", follow_ups.task, name="task"),
    path("tasks/<uuid:key>/done/", follow_ups.task_done, name="task_done"),
    path("tasks/<uuid:key>/open/", follow_ups.task_open, name="task_open"),
    path("tasks/<uuid:key>/theirs/", follow_ups.task_theirs, name="task_theirs"),
    path("tasks/<uuid:key>/hand-on/", follow_ups.task_hand_on, name="task_hand_on"),
]
