"""What Redis does in one step: on the real one, under the keys of Django's cache."""

from typing import Any

from django.core.cache import cache

from privacy.scripts import add_up, set_each


def left(key: str) -> int:
    """Seconds until the key is forgotten; -1 for one that is kept."""
    client: Any = cache._cache.get_client()  # type: ignore[attr-defined]
    return int(client.ttl(cache.make_key(key)))


def test_each_key_gets_the_value_for_its_time() -> None:
    cache.set("scripts:a", 1, timeout=None)
    set_each(["scripts:a", "scripts:b"], 7, 60)
    assert cache.get_many(["scripts:a", "scripts:b", "scripts:c"]) == {"scripts:a": 7, "scripts:b": 7}
    assert 0 < left("scripts:a") <= 60
    assert 0 < left("scripts:b") <= 60


def test_no_key_is_nothing_to_do() -> None:
    set_each([], 7, 60)


def test_counts_add_up_in_the_time_that_the_first_began() -> None:
    cache.delete("scripts:sum")
    assert add_up("scripts:sum", 3, 60) == 3
    set_each(["scripts:sum"], 3, 20)
    assert add_up("scripts:sum", 4, 60) == 7
    assert 0 < left("scripts:sum") <= 20
