"""The choice of time zones: those of the reader's own country first, every other once."""

from zoneinfo import ZoneInfo

from privacy.clocks import AT_HOME, time_zones


def test_those_of_the_united_states_come_first_and_each_is_there_once() -> None:
    names = [name for name, _label in time_zones()]
    assert names[:4] == ["", "America/New_York", "America/Chicago", "America/Denver"]
    assert names[len(AT_HOME) + 1 : len(AT_HOME) + 3] == ["UTC", "Africa/Abidjan"]
    assert len(names) == len(set(names)) > 300
    assert {ZoneInfo(name).key for name in names[1:]} == set(names[1:])
