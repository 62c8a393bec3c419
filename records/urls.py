"""Addresses of teams."""

from django.urls import path

from records import views

urlpatterns = [
    path("teams/", views.teams, name="teams"),
    path("teams/hand-over/", views.hand_over_customers, name="hand_over"),
]
