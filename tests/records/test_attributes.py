"""The attributes of records: each of the notice's types, what is refused, what is dropped and what is sealed."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from privacy.notice.files import NOTICES
from records.attributes import BadAttribute, check
from records.element_types import LONGEST_JSON, RULES
from records.intake.problems import Problem

KEY = "0b7d4c52-6a5b-4d5e-9a37-9c7e8e6f5a10"

# Type: what is taken and what becomes of it; what is refused and why.
GOOD: list[tuple[str, object, object]] = [
    ("audio", KEY.upper(), KEY),
    ("boolean", "Yes", True),
    ("boolean", False, False),
    ("bytes", "3 MB", 3_000_000),
    ("bytes", 17, 17),
    ("code", "U+1F600", "U+1F600"),
    ("date", "2026-03-31", "2026-03-31"),
    ("datetime", "2022-03-01T10:15:14.0000000+02:00", "2022-03-01T08:15:14+00:00"),
    ("domain", "example.com", "example.com"),
    ("drawing", KEY, KEY),
    ("duration", "1:02:03", 3723),
    ("duration", 90, 90),
    ("email", " jill@example.com ", "jill@example.com"),
    ("enum", 2, "2"),
    ("event_log", [{"at": 1}], [{"at": 1}]),
    ("file", KEY, KEY),
    ("geo", "United States", "United States"),
    ("identifier", 93201235621, "93201235621"),
    ("image", KEY, KEY),
    ("integer", "-12", -12),
    ("ip", "2001:DB8::1", "2001:db8::1"),
    ("json", {"a": [1, None]}, {"a": [1, None]}),
    ("locale", "en-US", "en-US"),
    ("mac", "f85e-a012-92d8", "f8:5e:a0:12:92:d8"),
    (
        "metric",
        {"bitrate": "27.15 kbps", "size": "1280*720"},
        {"bitrate": "27.15 kbps", "size": "1280*720"},
    ),
    ("metric", [1.5, "0.4%", ""], [1.5, "0.4%", ""]),
    ("money", "1204.50", {"amount": "1204.50", "currency": "USD"}),
    ("money", {"amount": 5, "currency": "EUR"}, {"amount": "5", "currency": "EUR"}),
    ("month_year", "05/28", "2028-05"),
    ("person_name", "Zoë O’Neil", "Zoë O’Neil"),
    ("phone", "+1 (312) 555-0100 ext. 4", "+1 (312) 555-0100 ext. 4"),
    ("postal_address", {"city": "Chicago", "street": ""}, {"city": "Chicago"}),
    ("postal_address", "1 Main St\nChicago", "1 Main St\nChicago"),
    ("scale", 4, 4),
    ("scale", "rather likely", "rather likely"),
    ("sip_uri", "sip:room@example.com;transport=tls", "sip:room@example.com;transport=tls"),
    ("string", "5.9.1.2581", "5.9.1.2581"),
    ("text", "two\nlines", "two\nlines"),
    ("timezone", "Asia/Shanghai", "Asia/Shanghai"),
    ("url", "https://example.com/a?b", "https://example.com/a?b"),
    ("uuid", "4444AAAiAAAAAiAiAiiAii==", "4444AAAiAAAAAiAiAiiAii=="),
    ("uuid", KEY.upper(), KEY),
    ("video", KEY, KEY),
]
BAD: list[tuple[str, object, str]] = [
    ("audio", "song.mp3", "is not the key of a file in the store"),
    ("bank_account", "021000021", "is a secret, which is never kept"),
    ("boolean", "perhaps", "is neither 1 / true / yes / y / t nor 0 / false / no / n / f"),
    ("bytes", -1, "is below zero"),
    ("bytes", "much", "is not a number of bytes"),
    ("code", "a\nb", "holds a control character"),
    ("credential", "hunter2", "is a secret, which is never kept"),
    ("date", "31.03.2026", "is not a date like 2026-03-31"),
    ("datetime", "2022-03-01T10:15:14", "has no time zone"),
    ("datetime", "yesterday", "is not a date and time like 2026-03-31T14:05:09Z"),
    ("domain", "-.example", "is not a domain"),
    ("duration", "soon", "is not a whole number"),
    ("email", "jill@", "is not an e-mail address"),
    ("enum", True, "is not a text"),
    ("identifier", {"id": 1}, "is not a text"),
    ("integer", 1.5, "is not a whole number"),
    ("integer", True, "is not a whole number"),
    ("integer", 2**63, "is not a whole number"),
    ("ip", "300.1.1.1", "is not an IP address"),
    ("json", float("nan"), "is not JSON"),
    ("json", "x" * LONGEST_JSON, f"is {LONGEST_JSON + 2:,} characters of JSON, at most {LONGEST_JSON:,} fit"),
    ("json", ["a\x00b"], "holds a character that cannot be stored"),
    ("locale", "English please", "is not a language like en-US"),
    ("mac", "f85e-a012", "is not a MAC address"),
    ("metric", "1; DROP TABLE", "is not a measurement"),
    ("metric", True, "is not a measurement"),
    ("money", {"amount": 5, "currency": "euro"}, "is not an amount with a currency"),
    ("month_year", "13/28", "is not a month like 2028-05"),
    ("pan", "4111111111111111", "is a secret, which is never kept"),
    ("person_name", "x" * 201, "is longer than 200 characters"),
    ("phone", "call me", "is not a phone number"),
    ("scale", 4.5, "is not a whole number"),
    ("sip_uri", "sip:room@not a host", "is not a SIP address"),
    ("string", " ", "is empty"),
    ("string", "half \ud800", "holds a character that cannot be stored"),
    ("timezone", "Middle/Earth", "is not a time zone like America/New_York"),
    ("url", "javascript:1", "is not a web address"),
    ("url", "javascript:alert(1)", "is not a web address"),
    ("uuid", "no!", "is not a UUID"),
]


@pytest.mark.parametrize(("kind", "given", "kept"), GOOD)
def test_a_value_of_its_type_is_kept_in_one_form(kind: str, given: object, kept: object) -> None:
    assert RULES[kind](given) == kept
    assert RULES[kind](kept) == kept, "what is kept is itself of the type"
    json.dumps(kept, allow_nan=False)


@pytest.mark.parametrize(("kind", "given", "reason"), BAD)
def test_a_value_that_is_none_of_its_type_is_refused_with_the_reason(kind: str, given: object, reason: str) -> None:
    with pytest.raises(Problem) as problem:
        RULES[kind](given)
    assert problem.value.reason == reason


def test_every_type_of_the_notices_schema_has_a_rule() -> None:
    schema = json.loads((Path(NOTICES) / "notice.schema.json").read_text())
    types = schema["$defs"]["element"]["properties"]["reading"]["properties"]["type"]["enum"]
    assert sorted(types) == sorted(RULES)
    assert {kind for kind, *_ in GOOD} | {"bank_account", "credential", "pan"} == set(types)


def refused(category: int, attributes: Mapping[str, object]) -> str:
    with pytest.raises(BadAttribute) as bad:
        check(category, attributes)
    return str(bad.value)


def test_attributes_are_parted_into_plain_and_sealed_and_secrets_are_dropped_and_counted() -> None:
    checked = check(
        11,
        {
            "c11-sip-phone-domain": "example.com",
            "c11-sip-phone-authorization-name": "testname",
            "c11-sip-phone-password": "apassword1",
            "c11-sip-phone-transport-protocols": ["UDP", "TCP"],
            "c11-device-type": None,
            "c11-pc-name": "",
        },
    )
    assert checked.plain == {
        "c11-sip-phone-domain": "example.com",
        "c11-sip-phone-transport-protocols": ["UDP", "TCP"],
    }
    assert checked.sealed == {"c11-sip-phone-authorization-name": "testname"}
    assert checked.dropped == {"c11-sip-phone-password": 1}
    assert "apassword1" not in repr(checked)


def test_what_is_no_attribute_of_the_category_is_refused_by_name() -> None:
    assert refused(11, {"shoe-size": 9}) == "shoe-size is no element of the notice"
    assert refused(11, {"c10-participant-name": "A"}) == "c10-participant-name is an element of category 10, not of 11"
    assert refused(11, {"c11-mac-address": "no"}) == "c11-mac-address is not a MAC address"
    assert refused(11, {"c11-device-type": ["a", "b"]}) == "c11-device-type is not a text"


def test_a_category_of_secrets_alone_is_nothing_to_keep() -> None:
    assert not check(12, {"c12-user-password": "x"})
    assert check(12, {"c12-user-status": "active"})
