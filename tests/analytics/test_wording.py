"""Every column of a report has words, and no two the same."""

import pytest
from django.utils import translation

from analytics.reports.campaign import LIFTED
from analytics.reports.rendering import LIFT_COLUMNS, PLAIN_COLUMNS
from analytics.reports.wording import WORDS, words_of
from privacy.enums import Language

OF_COST = (
    "campaign_cost", "campaign_cost_per_response", "campaign_cost_per_conversion", "campaign_revenue_of_sent",
    "campaign_return_on_cost", "campaign_incremental_revenue", "campaign_incremental_revenue_low",
    "campaign_incremental_revenue_high", "campaign_incremental_return", "campaign_incremental_return_low",
    "campaign_incremental_return_high",
)  # fmt: skip
OF_CUSTOMER = (
    "material", "campaigns", "shared_by", "share_count", "last_shared_at", "views", "raw_views", "dwell_seconds",
    "first_at", "last_at",
)  # fmt: skip


def test_every_column_of_the_reports_has_words() -> None:
    lifts = [f"{measure}_lift_{part}" for measure in LIFTED for part in LIFT_COLUMNS]
    columns = {*PLAIN_COLUMNS, *lifts, *OF_COST, *OF_CUSTOMER}
    assert columns == set(WORDS)
    said = "View rate: more recipients it takes to see a lift of a tenth"
    assert words_of("view_rate_lift_more_recipients") == said
    assert words_of("view_rate_lift_ci_low") == "View rate: 95% interval once the campaign has ended, from"
    assert {words_of(name) for name in WORDS} == set(WORDS.values())
    assert words_of("view_rate_lift_absolute") == "View rate: difference from the control in points"
    assert words_of("revenue_per_recipient_lift_absolute") == "Revenue per recipient: difference from the control"
    with translation.override("es"):
        assert words_of("view_rate_lift_ci_low") == (
            "Tasa de vistas: intervalo del 95 % cuando la campaña ha terminado, desde"
        )


@pytest.mark.parametrize("language", list(Language))
def test_no_two_columns_read_the_same(language: Language) -> None:
    with translation.override(language.value):
        assert len({words_of(name) for name in WORDS}) == len(WORDS)
    assert len(set(WORDS.values())) == len(WORDS)
    assert not [words for words in WORDS.values() if "_" in words]
