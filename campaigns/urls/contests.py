"""Contests as customers enter them, their drawings, and as staff prepare them."""

from django.urls import path

from campaigns.views import contesting, entering

urlpatterns = [
    path("s/<str:token>/contest/", entering.share_contest, name="share_contest"),
    path("contest/<slug:slug>/", entering.contest_open, name="contest_open"),
    path("contest/<slug:slug>/drawing/", entering.contest_drawing, name="contest_drawing"),
    path("contest/<slug:slug>/drawing.json", entering.contest_drawing_file, name="contest_drawing_file"),
    path("entry/<str:token>/", entering.entry, name="entry"),
    path("contests/<uuid:key>/offer/", contesting.contest_offer, name="contest_offer"),
    path("contests/<uuid:key>/preview/", contesting.contest_preview, name="contest_preview"),
]
