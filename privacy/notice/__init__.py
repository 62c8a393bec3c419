"""The notice as data: versions side by side, each in force from its effective date until the next one's."""

from privacy.notice.files import BadNotice
from privacy.notice.model import Category, Element, Notice, Purpose, RetentionRule, RetrievalRule, RoutineUse
from privacy.notice.versions import (
    NotInForce,
    category,
    element,
    elements_ever,
    elements_shipped,
    in_force,
    purpose,
    retention_rule,
    retrieval_rule,
    routine_use,
    routine_use_ever,
    shipped,
    version,
    versions,
)

__all__ = [
    "BadNotice",
    "Category",
    "Element",
    "NotInForce",
    "Notice",
    "Purpose",
    "RetentionRule",
    "RetrievalRule",
    "RoutineUse",
    "category",
    "element",
    "elements_ever",
    "elements_shipped",
    "in_force",
    "purpose",
    "retention_rule",
    "retrieval_rule",
    "routine_use",
    "routine_use_ever",
    "shipped",
    "version",
    "versions",
]
