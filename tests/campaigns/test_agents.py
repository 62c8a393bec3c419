"""What a request shows of who sent it."""

import gzip
import re
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import RequestFactory

from campaigns import agents
from campaigns.apps import CampaignsConfig
from campaigns.enums import Reason, Signal, Verdict
from campaigns.models import RuleInForce
from campaigns.receivers import note_rule
from campaigns.verdicts import RULE_VERSION
from privacy.client_addresses import address_of

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
)
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.6 Mobile/15E148 Safari/604.1"
)
GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
UNHEARD_OF = "Mozilla/5.0 (compatible; NeverHeardOfBot/1.0; +https://neverheardof.example/bot)"
TOOLBAR = "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; TeomaBar 2.01; .NET CLR 1.1.4322)"
DATA = settings.BASE_DIR.parent / "shared" / "data" / "user_agents"


@pytest.mark.parametrize("agent", [CHROME, SAFARI, TOOLBAR, "Lynx/2.8.5rel.1 libwww-FM/2.14 SSL-MM/1.4.1"])
def test_browser_shows_nothing(agent: str) -> None:
    assert agents.signals_of_agent(agent) == 0


@pytest.mark.parametrize(
    "agent", [GOOGLEBOT, UNHEARD_OF, "curl/8.14.1", "python-requests/2.32.3", "Go-http-client/2.0", "", "   "]
)
def test_machine_is_a_known_agent(agent: str) -> None:
    assert agents.signals_of_agent(agent) == Signal.KNOWN_AGENT


@pytest.mark.parametrize(
    "agent",
    [
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        "WhatsApp/2.23.20.0",
        "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5",
        "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
        "TelegramBot (like TwitterBot)",
        "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
    ],
)
def test_messengers_and_networks_show_a_preview(agent: str) -> None:
    assert agents.signals_of_agent(agent) == Signal.PREVIEW_AGENT


def test_network_that_collects_for_a_model_is_no_preview() -> None:
    agent = "meta-externalagent/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)"
    assert agents.signals_of_agent(agent) == Signal.KNOWN_AGENT


def test_agent_of_megabytes_costs_as_little_as_its_beginning() -> None:
    assert agents.signals_of_agent(CHROME + " " * 5000 + "Googlebot/2.1") == 0
    assert agents.signals_of_agent("Googlebot/2.1 " + "x" * 10_000_000) == Signal.KNOWN_AGENT


def test_verdict_of_an_agent_is_what_the_log_gives_its_signals() -> None:
    assert agents.verdict_of_agent(CHROME) == (Verdict.HUMAN, Reason.NO_SIGN)
    assert agents.verdict_of_agent(GOOGLEBOT) == (Verdict.SCANNER, Reason.KNOWN_AGENT)
    assert agents.verdict_of_agent("WhatsApp/2.23.20.0") == (Verdict.PREVIEW, Reason.PREVIEW_AGENT)


# The request ---------------------------------------------------------------------------------------------------------
def test_request_shows_agent_method_and_network(settings: object) -> None:
    settings.INTERNAL_NETWORKS = (ip_network("10.20.0.0/16"),)  # type: ignore[attr-defined]
    made = RequestFactory(REMOTE_ADDR="10.20.3.4", HTTP_USER_AGENT=GOOGLEBOT)

    assert agents.signals_of(made.head("/")) == Signal.KNOWN_AGENT | Signal.HEAD | Signal.INTERNAL_NETWORK
    assert agents.signals_of(made.get("/")) == Signal.KNOWN_AGENT | Signal.INTERNAL_NETWORK


def test_visitor_from_elsewhere_with_a_browser_shows_nothing(settings: object) -> None:
    settings.INTERNAL_NETWORKS = (ip_network("10.20.0.0/16"),)  # type: ignore[attr-defined]

    assert agents.signals_of(RequestFactory(REMOTE_ADDR="10.21.3.4", HTTP_USER_AGENT=CHROME).post("/")) == 0


def test_request_without_an_agent_is_a_machines() -> None:
    assert agents.signals_of(RequestFactory().get("/")) == Signal.KNOWN_AGENT


@pytest.mark.parametrize(
    ("remote", "forwarded", "address"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "10.20.0.1", "203.0.113.9"),  # made up by the visitor: they are no proxy of ours
        ("172.18.0.2", "203.0.113.9", "203.0.113.9"),
        ("172.18.0.2", "10.20.0.1, 203.0.113.9", "203.0.113.9"),  # made up before our proxy added the truth
        ("172.18.0.2", "203.0.113.9, 172.18.0.7", "203.0.113.9"),
        ("172.18.0.2", "", "172.18.0.2"),
        ("172.18.0.2", "unknown", "172.18.0.2"),
        ("172.18.0.2", "172.18.0.9", "172.18.0.9"),  # a colleague within the proxies' own network
        ("::ffff:172.18.0.2", "2001:db8::7", "2001:db8::7"),
        ("", "203.0.113.9", None),
    ],
)
def test_address_is_the_last_that_is_no_proxy_of_ours(
    settings: object, remote: str, forwarded: str, address: str | None
) -> None:
    settings.TRUSTED_PROXIES = (ip_network("172.16.0.0/12"),)  # type: ignore[attr-defined]
    made = RequestFactory(REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded).get("/")

    assert address_of(made) == (ip_address(address) if address else None)


def test_internal_networks_are_of_either_family(settings: object) -> None:
    settings.INTERNAL_NETWORKS = (ip_network("10.0.0.0/8"), ip_network("2001:db8::/32"))  # type: ignore[attr-defined]

    assert agents.is_internal(ip_address("10.1.2.3"))
    assert agents.is_internal(ip_address("2001:db8:1::5"))
    assert not agents.is_internal(ip_address("2001:db9::5"))
    assert not agents.is_internal(None)


# Which rule, since when ----------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_update_of_the_program_notes_the_rule_and_the_lists_once() -> None:
    config = apps.get_app_config("campaigns")
    assert isinstance(config, CampaignsConfig)
    RuleInForce.objects.all().delete()

    note_rule(sender=config)
    note_rule(sender=config)

    noted = RuleInForce.objects.get()
    assert noted.rule_version == RULE_VERSION
    assert re.fullmatch(
        r"crawler-user-agents [\d.]+, counter-robots [\d.]+, crawlerdetect [\d.]+, is-bot [\d.]+", noted.agents
    )


@pytest.mark.django_db
def test_newer_list_is_noted_as_another_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agents, "versions", lambda: "crawler-user-agents 99")

    note_rule(sender=apps.get_app_config("campaigns"))

    assert RuleInForce.objects.values_list("agents", flat=True).first() == "crawler-user-agents 99"


@pytest.mark.django_db
def test_other_apps_migrations_note_nothing() -> None:
    RuleInForce.objects.all().delete()

    note_rule(sender=apps.get_app_config("records"))

    assert not RuleInForce.objects.exists()


@pytest.mark.django_db
def test_database_and_program_agree_on_the_verdict_of_each_reason() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reason::text, event_verdict_of(reason)::text FROM unnest(enum_range(NULL::event_reason)) AS reason"
        )
        told = dict(cursor.fetchall())

    assert told == {
        "recorded_outcome": "human",
        "typed_code": "human",
        "no_sign": "human",
        "no_focus": "unknown",
        "known_agent": "scanner",
        "preview_agent": "preview",
        "internal_network": "internal",
        "head_request": "scanner",
        "honeypot": "scanner",
        "burst": "scanner",
    }
    assert set(told) == set(Reason.values)


# Real agents ---------------------------------------------------------------------------------------------------------
@pytest.mark.skipif(not DATA.is_dir(), reason=f"no {DATA}: the lists of real agents are not here")
def test_real_firefox_strings_are_all_browsers() -> None:
    text = (DATA / "uap-core_firefox_user_agent_strings.txt").read_text()
    browsers = [line.strip() for line in text.splitlines() if line.strip().startswith("Mozilla/")]

    assert len(browsers) > 200
    assert [agent for agent in browsers if agents.signals_of_agent(agent)] == []


@pytest.mark.skipif(not DATA.is_dir(), reason=f"no {DATA}: the lists of real agents are not here")
def test_real_konqueror_opera_and_safari_strings_are_browsers() -> None:
    with gzip.open(Path(DATA / "uap-core_pgts_browser_list.txt.gz"), "rt", encoding="utf-8-sig") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines if not line.startswith("#")]
    browsers = [row[-1] for row in rows if row[0] in {"Konqueror", "Opera", "Safari", "Netscape", "Galeon"}]

    assert len(browsers) > 1500
    assert [agent for agent in browsers if agents.signals_of_agent(agent)] == []
