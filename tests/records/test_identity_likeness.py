"""Whether two records are of the same person: normal forms, weights, and what was measured on real contacts."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.identity import FILE, measure
from records.identity import normal
from records.identity.likeness import DOUBTFUL, SURE, Evidence, Profile, likeness, name_likeness

CONTACTS = Path(__file__).resolve().parents[3] / "shared" / "data" / FILE


def profile(name: str = "", *, email: str = "", phone: str = "", street: str = "", identifier: str = "") -> Profile:
    return Profile(
        name=tuple(normal.words(name)),
        emails=frozenset(filter(None, [normal.email(email)])),
        phones=frozenset(filter(None, [normal.phone(phone)])),
        street=normal.street(street),
        identifiers=frozenset(filter(None, [identifier])),
    )


# Normal forms --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Müller-Lüdenscheidt, José", ["muller", "ludenscheidt", "jose"]),
        ("St. Mary's  Day\nCare", ["st", "mary", "day", "care"]),
        ("O\u2019Brien & Søn", ["obrien", "søn"]),
        ("李小龍", ["李小龍"]),
        ("", []),
    ],
)
def test_words_are_without_case_accents_and_punctuation(text: str, words: list[str]) -> None:
    assert normal.words(text) == words


@pytest.mark.parametrize(
    ("text", "street"),
    [
        ("2929 W. 19th St., Floor 2", ("2929", "19th")),
        ("2929 West 19th Street", ("2929", "19th")),
        ("12B Baker Street", ("12b", "baker")),
        ("1020 West Bryn Mawr Ave 60640", ("1020", "bryn mawr")),
        ("PO Box 7", ("", "")),
        ("Main Street", ("", "")),
        ("", ("", "")),
    ],
)
def test_street_is_its_number_and_telling_words(text: str, street: tuple[str, str]) -> None:
    assert normal.street(text) == street


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("(202) 268-2000", "+12022682000"),
        ("+1 202 268 2000 ext. 7", "+12022682000"),
        ("+44 20 7946 0958", "+442079460958"),
        ("5359025", "5359025"),  # without its area code
        ("call me", ""),
        ("", ""),
    ],
)
def test_phone_numbers_are_written_in_one_way(text: str, number: str) -> None:
    assert normal.phone(text) == number


def test_email_is_one_only_with_an_at_sign() -> None:
    assert (normal.email(" Ann@Example.COM "), normal.email("01/31/13")) == ("ann@example.com", "")


# Likeness ------------------------------------------------------------------------------------------------------------
ANN = profile("Ann Smith", email="ann@example.com", phone="202 268 2000", street="12 Main St")


def test_same_person_written_differently_is_sure() -> None:
    found = likeness(ANN, profile("SMITH, Ann", phone="(202) 268-2000", street="12 Main Street, Apt 4"))
    assert found.score >= SURE
    assert found.evidence == (Evidence.PHONE, Evidence.ADDRESS, Evidence.NAME)


@pytest.mark.parametrize("name", ["Bob Smith", "Ann Jones", "Carla Weber"])
def test_different_names_in_one_household_or_office_are_never_sure(name: str) -> None:
    """Whatever else agrees, the switchboard's and the family's people are different people."""
    other = profile(name, email="ann@example.com", phone="202 268 2000", street="12 Main St", identifier="duns:1")
    assert DOUBTFUL <= likeness(ANN, other).score < SURE


def test_strangers_of_one_house_or_switchboard_are_not_asked_about() -> None:
    other = profile("Carla Weber", email="carla@example.com", phone="202 268 2000", street="12 Main St")
    assert likeness(ANN, other).score < DOUBTFUL


def test_slip_of_the_pen_in_a_name_is_the_same_name() -> None:
    assert likeness(ANN, profile("Anne Smith", phone="202 268 2000", street="12 Main St")).score >= SURE


def test_same_name_alone_is_nobody() -> None:
    assert likeness(ANN, profile("Ann Smith")).score == 3.0
    assert likeness(ANN, profile("Ann Smith", phone="202 111 1111", street="7 Hill Rd", email="a@b.org")).score == 0.0


def test_nothing_known_is_nothing_said() -> None:
    assert likeness(profile(), profile()).evidence == ()
    assert likeness(profile(), profile()).score < 0


def test_common_words_of_organizations_say_little() -> None:
    assert name_likeness(["holmes", "school"], ["brown", "school"]) == 0.2
    assert name_likeness(["holmes", "school"], ["holmes", "oliver", "wendell"]) == 0.8
    assert name_likeness([], ["holmes"]) == 0.0


TEXTS = st.text(alphabet="abß é1 2,.'", max_size=12)
PROFILES = st.builds(
    lambda name, street, phone, email: profile(name, street=street, phone=phone, email=email),
    TEXTS, TEXTS, st.sampled_from(["", "2022682000", "5359025"]), st.sampled_from(["", "a@b.org", "c@d.org"]),
)  # fmt: skip


@given(PROFILES, PROFILES)
def test_likeness_is_the_same_both_ways(one: Profile, other: Profile) -> None:
    assert likeness(one, other) == likeness(other, one)


@given(PROFILES)
def test_nobody_is_more_like_somebody_than_oneself(one: Profile) -> None:
    assert likeness(one, one).score >= likeness(one, profile("x y z w v")).score


# Measured ------------------------------------------------------------------------------------------------------------
@pytest.mark.skipif(not CONTACTS.exists(), reason=f"{CONTACTS.name} (contacts with known identities) is not there")
def test_precision_and_recall_on_contacts_with_known_identities() -> None:
    found = measure(CONTACTS)
    assert (found.contacts, round(found.precision, 3), round(found.recall, 3)) == (3337, 0.989, 0.917)
