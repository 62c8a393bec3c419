"""Paying for what costs something, at the provider's page and back."""

from django.urls import path

from campaigns.views import paying

urlpatterns = [
    path("registration/<str:token>/pay/", paying.registration_pay, name="registration_pay"),
    path("publication/<str:token>/pay/", paying.publication_pay, name="publication_pay"),
    path("payment/<str:token>/", paying.payment, name="payment"),
]
