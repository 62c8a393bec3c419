"""Surveys as customers answer them, and as staff build and preview them."""

from django.urls import path

from campaigns.views import building, surveys

urlpatterns = [
    path("s/<str:token>/survey/", surveys.share_survey, name="share_survey"),
    path("s/<str:token>/survey/<str:sheet>/", surveys.share_survey, name="share_survey_sheet"),
    path("survey/<slug:slug>/", surveys.survey_open, name="survey_open"),
    path("survey/<slug:slug>/<str:token>/", surveys.survey_open, name="survey_sheet"),
    path("surveys/<uuid:key>/build/", building.survey_build, name="survey_build"),
    path("surveys/<uuid:key>/build/try/", building.survey_try, name="survey_try"),
    path("surveys/<uuid:key>/preview/", building.survey_preview, name="survey_preview"),
    path("surveys/<uuid:key>/offer/", building.survey_offer, name="survey_offer"),
]
