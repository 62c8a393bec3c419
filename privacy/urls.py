"""One's own account (signing in and out, password, second factor), purposes, the access log, and the notice.

Of allauth's addresses these alone are mounted: accounts are made, and forgotten passwords reset, by IT administrators.
"""

from allauth.account import views
from django.urls import include, path
from django.views.generic import RedirectView

from privacy.api.reference import DescriptionView, reference
from privacy.views import access_log, api_keys, bases, notice, purposes

urlpatterns = [
    path("sign-in/", views.login, name="account_login"),
    path("sign-out/", views.logout, name="account_logout"),
    # Where allauth sends whoever signs in to a closed account: back to the login page, like any stranger.
    path("account/inactive/", RedirectView.as_view(pattern_name="home"), name="account_inactive"),
    path("account/password/", views.password_change, name="account_change_password"),
    path("account/confirm/", views.reauthenticate, name="account_reauthenticate"),
    path("account/second-factor/", include("allauth.mfa.urls")),
    path("basis/", bases.choose_basis, name="change_basis"),
    path("purposes/", purposes.purposes, name="purposes"),
    path("access-log/", access_log.access_log, name="access_log"),
    path("notice/", notice.notice_page, name="notice"),
    path("notice/compare/", notice.comparison_page, name="notice_compare"),
    path("notice/data-map/", notice.data_map_page, name="data_map"),
    path("notice/<str:name>/", notice.notice_page, name="notice_version"),
    path("api/", reference, name="api"),
    path("api/keys/", api_keys.api_keys, name="api_keys"),
    path("api/keys/<uuid:key>/revoke/", api_keys.api_key_revoke, name="api_key_revoke"),
    path("api/v1/openapi.json", DescriptionView.as_view(), name="api_description"),
]
