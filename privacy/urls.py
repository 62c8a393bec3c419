"""One's own account (signing in and out, password, second factor), purposes, the access log, and the notice.

Of allauth's addresses these alone are mounted: accounts are made, and forgotten passwords reset, by IT administrators.
"""

from allauth.account import views
from django.urls import include, path
from django.views.generic import RedirectView

from privacy.api.reference import DescriptionView, reference
from privacy.views import (
    access_log,
    account,
    amendments,
    api_keys,
    bases,
    disclosures,
    notice,
    packages,
    purposes,
    requests,
    rights_form,
    terms,
    webhook_tellings,
    webhooks,
)

urlpatterns = [
    path("sign-in/", views.login, name="account_login"),
    path("sign-out/", views.logout, name="account_logout"),
    # Where allauth sends whoever signs in to a closed account: back to the login page, like any stranger.
    path("account/inactive/", RedirectView.as_view(pattern_name="home"), name="account_inactive"),
    path("account/password/", views.password_change, name="account_change_password"),
    path("account/confirm/", views.reauthenticate, name="account_reauthenticate"),
    path("account/settings/", account.account_settings, name="account_settings"),
    path("account/second-factor/", include("allauth.mfa.urls")),
    path("basis/", bases.choose_basis, name="change_basis"),
    path("purposes/", purposes.purposes, name="purposes"),
    path("access-log/", access_log.access_log, name="access_log"),
    path("rights/", rights_form.rights_form, name="rights_form"),
    path("rights/package/<str:token>/", packages.package_download, name="package_download"),
    path("rights/package-schema.json", packages.package_schema, name="package_schema"),
    path("requests/", requests.requests, name="requests"),
    path("requests/new/", requests.request_new, name="request_new"),
    path("requests/terms/", terms.terms, name="terms"),
    path("requests/<uuid:key>/values/", amendments.request_values, name="request_values"),
    path("requests/<uuid:key>/disputes/new/", amendments.dispute_new, name="dispute_new"),
    path("requests/<uuid:key>/disputes/<uuid:dispute>/", amendments.dispute, name="dispute"),
    path("requests/<uuid:key>/corrections/<uuid:correction>/", amendments.correction_letter, name="correction_letter"),
    path("requests/<uuid:key>/corrections/<uuid:correction>/sent/", amendments.correction_sent, name="correction_sent"),
    path("disclosures/", disclosures.disclosures, name="disclosures"),
    path("disclosures/new/", disclosures.disclosure_new, name="disclosure_new"),
    path("disclosures/agreements/", disclosures.agreements, name="agreements"),
    path("requests/<uuid:key>/", requests.request_page, name="request"),
    path("requests/<uuid:key>/people/", requests.request_people, name="request_people"),
    path("requests/<uuid:key>/people/<uuid:person>/link/", requests.request_link, name="request_link"),
    path("requests/<uuid:key>/people/<uuid:person>/unlink/", requests.request_unlink, name="request_unlink"),
    path("requests/<uuid:key>/letters/<uuid:letter>/", requests.request_letter, name="request_letter"),
    path("requests/<uuid:key>/steps/<str:step>/", requests.request_step, name="request_step"),
    path("requests/<uuid:key>/packages/new/", packages.package_new, name="package_new"),
    path("requests/<uuid:key>/packages/<uuid:package>/", packages.package_state, name="package_state"),
    path("requests/<uuid:key>/packages/<uuid:package>/offer/", packages.package_offer, name="package_offer"),
    path(
        "requests/<uuid:key>/packages/<uuid:package>/handed-over/",
        packages.package_handed_over,
        name="package_handed_over",
    ),
    path("requests/<uuid:key>/packages/<uuid:package>/<str:name>", packages.package_file, name="package_file"),
    path("notice/", notice.notice_page, name="notice"),
    path("notice/compare/", notice.comparison_page, name="notice_compare"),
    path("notice/data-map/", notice.data_map_page, name="data_map"),
    path("notice/<str:name>/", notice.notice_page, name="notice_version"),
    path("api/", reference, name="api"),
    path("api/keys/", api_keys.api_keys, name="api_keys"),
    path("api/keys/<uuid:key>/revoke/", api_keys.api_key_revoke, name="api_key_revoke"),
    path("webhooks/", webhooks.webhooks, name="webhooks"),
    path("webhooks/new/", webhooks.webhook_new, name="webhook_new"),
    path("webhooks/given-up/", webhook_tellings.given_up, name="webhooks_given_up"),
    path("webhooks/given-up/again/", webhook_tellings.all_again, name="webhooks_all_again"),
    path("webhooks/tellings/<int:number>/again/", webhook_tellings.again, name="webhook_again"),
    path("webhooks/<uuid:key>/", webhooks.webhook, name="webhook"),
    path("webhooks/<uuid:key>/kinds/", webhooks.webhook_kinds, name="webhook_kinds"),
    path("webhooks/<uuid:key>/secret/", webhooks.webhook_rotate, name="webhook_rotate"),
    path("webhooks/<uuid:key>/test/", webhooks.webhook_test, name="webhook_test"),
    path("webhooks/<uuid:key>/off/", webhooks.webhook_off, name="webhook_off"),
    path("webhooks/<uuid:key>/on/", webhooks.webhook_on, name="webhook_on"),
    path("api/v1/openapi.json", DescriptionView.as_view(), name="api_description"),
]
