"""Addresses of the home page, the lists and the reports. A list or report with `?format=` is a file."""

from django.urls import path

from analytics.jumping import CALL
from analytics.views import assigning, campaigns, customers, filtered, home, jump, sharing

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
    path("filtered/", filtered.filtered, name="filtered"),
]
