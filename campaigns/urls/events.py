"""Events as customers register for them, and as staff prepare and hold them."""

from django.urls import path

from campaigns.views import attending, registering

urlpatterns = [
    path("s/<str:token>/event/", registering.share_event, name="share_event"),
    path("event/<slug:slug>/", registering.event_open, name="event_open"),
    path("registration/<str:token>/", registering.registration, name="registration"),
    path("registration/<str:token>/event.ics", registering.registration_calendar, name="registration_calendar"),
    path("events/<uuid:key>/offer/", attending.event_offer, name="event_offer"),
    path("events/<uuid:key>/badges.pdf", attending.event_badges, name="event_badges"),
    path("events/<uuid:key>/check-in/", attending.event_check_in, name="event_check_in"),
]
