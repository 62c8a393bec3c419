"""Fields that no model may learn from, by their names."""

import pytest

from analytics.insight.responding.forbidden import forbidden_of


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ("age", "age"),
        ("Age", "age"),
        ("customer_age", "age"),
        ("ageGroup", "age"),
        ("Year_Of_Birth", "age"),
        ("Year_Birth", "age"),
        ("DOB", "age"),
        ("page18_39", "age"),
        ("age2", "age"),
        ("sex", "sex"),
        ("Gender", "sex"),
        ("is_female", "sex"),
        ("female", "sex"),
        ("fem_missing", "sex"),
        ("pctMale", "sex"),
        ("race", "race"),
        ("pwhite", "race"),
        ("pct_black", "race"),
        ("ethnicity", "race"),
        ("perHispanic", "race"),
        ("party", "politics"),
        ("perbush", "politics"),
        ("red0", "politics"),
        ("bluecty", "politics"),
        ("votedFor", "politics"),
        ("religion", "religion"),
        ("health_status", "health"),
        ("BMI", "health"),
        ("disabled", "health"),
    ],
)
def test_forbidden_field_is_named(column: str, kind: str) -> None:
    assert forbidden_of(column) == kind


@pytest.mark.parametrize(
    "column",
    [
        "page",
        "pages_read",
        "page_views",
        "average_spend",
        "usage",
        "language",
        "message",
        "mens",
        "womens",
        "package",
        "percentage",
        "job",
        "marital",
        "education",
        "balance",
        "housing",
        "contact",
        "month",
        "campaign",
        "pdays",
        "poutcome",
        "recency",
        "history",
        "zip_code",
        "newbie",
        "channel",
        "engagement",
        "manager",
        "stage",
        "image",
        "Income",
        "Recency",
        "MntWines",
        "NumWebPurchases",
        "AcceptedCmp1",
        "essex_store",
        "trace_id",
        "percent_off",
        "management",
    ],
)
def test_other_field_may_be_used(column: str) -> None:
    assert forbidden_of(column) == ""
