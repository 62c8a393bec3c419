"""What recipients do at the addresses of a share."""

from django.urls import path

from campaigns.views import recipients

urlpatterns = [
    path("s/<str:token>/verify/", recipients.verify, name="share_verify"),
    path("s/<str:token>/preferences/", recipients.preferences, name="share_preferences"),
    path("s/<str:token>/ask/<str:action>/", recipients.ask, name="share_ask"),
    path("s/<str:token>/pass-on/", recipients.pass_on, name="share_pass_on"),
]
