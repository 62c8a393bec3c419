"""Retention in the administration: rules, lists of disposition, the forecast, holds. Each module registers its own."""

from privacy.retention.admin import holds, lists, panel, rules  # noqa: F401
