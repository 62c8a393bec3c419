"""Names the administration's site to Django. Apart from the site itself, which cannot be imported this early."""

from django.contrib.admin.apps import AdminConfig


class AdministrationConfig(AdminConfig):
    default_site = "privacy.administration.Administration"
