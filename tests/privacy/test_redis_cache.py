"""The cache's client is made once, and shared by threads."""

from threading import Thread

from django.core.cache import cache, caches
from redis import Redis

from privacy.redis_cache import KeptClientCache


def test_the_client_is_made_once_and_works() -> None:
    assert isinstance(caches["default"], KeptClientCache)
    kept = cache._cache  # type: ignore[attr-defined]
    client = kept.get_client(write=True)
    assert isinstance(client, Redis)
    assert kept.get_client("a key", write=True) is client
    assert kept.get_client() is kept.get_client()


def test_threads_share_it() -> None:
    shared = KeptClientCache(caches["default"]._servers[0], {})  # type: ignore[attr-defined]
    shared.delete("counted")
    shared.add("counted", 0)
    threads = [Thread(target=lambda: [shared.incr("counted") for _ in range(100)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shared.get("counted") == 800
    shared.delete("counted")
