"""Addresses of the home page, the lists and the reports."""

from django.urls import path

from analytics.jumping import CALL
from analytics.views import (
    assigning,
    campaigns,
    cohorts,
    compare,
    customers,
    data_map,
    exports,
    filtered,
    frozen,
    home,
    jump,
    schedules,
    sharing,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("jump/", jump.jump, name="jump"),
    path("jump/call/", jump.jump, {"purpose": CALL}, name="jump_call"),
    path("customers/", customers.customer_list, name="customers"),
    path("customers/assign/", assigning.assign_customers, name="assign_customers"),
    path("customers/assign/undo/", assigning.undo_assigning, name="undo_assigning"),
    path("customers/<uuid:key>/", customers.customer, name="customer"),
    path("shares/new/", sharing.new_shares, name="shares_new"),
    path("campaigns/", campaigns.campaign_list, name="campaigns"),
    path("campaigns/<slug:slug>/", campaigns.campaign, name="campaign"),
    path("cohorts/", cohorts.cohorts, name="cohorts"),
    path("compare/", compare.compare, name="compare"),
    path("frozen/", frozen.frozen_reports, name="frozen_reports"),
    path("frozen/new/", frozen.freeze_report, name="freeze_report"),
    path("frozen/<uuid:key>/", frozen.frozen_report, name="frozen_report"),
    path("frozen/<uuid:key>/delete/", frozen.frozen_delete, name="frozen_delete"),
    path("notice/data-map/picture.<str:form>", data_map.data_map_picture, name="data_map_picture"),
    path("exports/", exports.exports, name="exports"),
    path("exports/new/", exports.export_new, name="export_new"),
    path("exports/schedules/", schedules.schedules, name="schedules"),
    path("exports/schedules/new/", schedules.schedule_new, name="schedule_new"),
    path("exports/schedules/<uuid:key>/", schedules.schedule_page, name="schedule"),
    path("exports/schedules/<uuid:key>/pause/", schedules.pause_schedule, name="schedule_pause"),
    path("exports/schedules/<uuid:key>/run/", schedules.run_schedule, name="schedule_run"),
    path("exports/schedules/<uuid:key>/delete/", schedules.delete_schedule, name="schedule_delete"),
    path("exports/<uuid:key>/", exports.export_page, name="export"),
    path("exports/<uuid:key>/state/", exports.export_state, name="export_state"),
    path("exports/<uuid:key>/cancel/", exports.cancel_export, name="export_cancel"),
    path("exports/<uuid:key>/delete/", exports.delete_export, name="export_delete"),
    path("exports/<uuid:key>/file/", exports.export_file, name="export_file"),
    path("filtered/", filtered.filtered, name="filtered"),
]
