"""Every form that staff make something with carries a word of its own (`{% once %}`, privacy.sent_once); the others say
here that they make nothing, or nothing more: a second time finds done what the first did."""

import re
from pathlib import Path

from django.conf import settings

TEMPLATES = Path(settings.BASE_DIR) / "templates"
MAKING = """
    analytics/export_new analytics/freeze_button analytics/schedule_form campaigns/audience campaigns/form
    campaigns/link_new campaigns/mailing_new campaigns/material_new campaigns/presets campaigns/share_confirm
    campaigns/share_new campaigns/study_recruit campaigns/version_new campaigns/web_page_new privacy/agreements
    privacy/disclosure_new privacy/dispute_new privacy/drafts/drafts privacy/drafts/list privacy/incident_new
    privacy/request privacy/request_new privacy/request_packages privacy/retention/destruction_new
    privacy/retention/hold_new privacy/retention/unit_new privacy/rights_form privacy/safeguard
    privacy/safeguard_new privacy/shown_once privacy/webhook
    privacy/webhook_new records/api_keys records/import_new records/media_new records/noun_form
    records/publication records/research_file_new
"""
# They look up, choose, change what is there or take a step that there is once; strangers' forms know by themselves what
# was sent twice.
OTHERS = """
    account/login analytics/assign analytics/assign_confirm analytics/export analytics/frozen_report
    analytics/home analytics/jump analytics/likely analytics/schedule analytics/trouble_area
    campaigns/audience_remove campaigns/check_in campaigns/discard campaigns/mail_message campaigns/mailing
    campaigns/material campaigns/material_edit campaigns/note campaigns/plan campaigns/response_take_back
    campaigns/share campaigns/shares_made campaigns/step campaigns/survey_build campaigns/task campaigns/tasks
    campaigns/unsubscribe campaigns/variants campaigns/version_discard campaigns/web_page components/header
    components/list components/list_bar components/messages components/palette components/section
    privacy/access_review privacy/access_reviews privacy/account_settings privacy/dispute privacy/drafts/act
    privacy/drafts/draft privacy/drafts/thing privacy/incident privacy/ledger_check privacy/notifications
    privacy/package_code privacy/package_files privacy/reading_group privacy/request_letter
    privacy/request_people privacy/retention/destruction privacy/retention/hold privacy/retention/panel
    privacy/retention/policies privacy/retention/policy privacy/retention/propose privacy/retention/rows
    privacy/retention/run privacy/retention/runs privacy/retention/unit privacy/retention/units_found
    privacy/sent_before privacy/terms records/contest records/duplicate
    records/event records/fulfilment records/hand_over records/import records/import_mapping
    records/import_progress records/import_undo records/meetings records/noun_page records/once_more
    records/research_file records/saved_view records/saved_views records/search records/silence records/study
    records/supplier records/survey records/teams records/webhooks_given_up viewer/ask viewer/contest
    viewer/contest_own viewer/event viewer/event_own viewer/languages viewer/pass_on viewer/passcode viewer/payment_away
    viewer/preferences viewer/publication viewer/publication_own viewer/study viewer/study_own viewer/survey
    viewer/verification viewer/verify
"""


def posting() -> dict[str, str]:
    """The templates with a form that is posted, by name."""
    found = {str(path.relative_to(TEMPLATES).with_suffix("")): path.read_text() for path in TEMPLATES.rglob("*.html")}
    return {name: text for name, text in found.items() if 'method="post"' in text}


def test_each_form_that_makes_something_carries_a_word() -> None:
    marked = {name for name, text in posting().items() if "{% once %}" in text}
    assert sorted(marked) == sorted(MAKING.split())


def test_every_other_form_is_known_to_make_nothing() -> None:
    assert sorted(posting().keys() - set(MAKING.split())) == sorted(OTHERS.split())


def test_pages_of_something_new_carry_a_word() -> None:
    new = {name for name in posting() if re.search(r"(^|/)[a-z_]*new$", name)}
    assert sorted(new - set(MAKING.split())) == []
