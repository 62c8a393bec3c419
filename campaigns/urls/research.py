"""Studies as those who are invited take part in them, and as staff recruit for them."""

from django.urls import path

from campaigns.views import recruiting, researching

urlpatterns = [
    path("s/<str:token>/study/", researching.share_study, name="share_study"),
    path("research/<str:token>/", researching.research_own, name="research_own"),
    path("research/<str:token>/session.ics", researching.research_calendar, name="research_calendar"),
    path("studies/<uuid:key>/offer/", recruiting.study_offer, name="study_offer"),
    path("studies/<uuid:key>/preview/", recruiting.study_preview, name="study_preview"),
    path("studies/<uuid:key>/recruit/", recruiting.study_recruit, name="study_recruit"),
]
