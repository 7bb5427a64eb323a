from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.cache import cache, caches
from django.core.management import call_command
from django.db import connection
from pytest_django import Settings

from web import ratelimit

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(params=["redis", pytest.param("database", marks=pytest.mark.django_db(transaction=True))])
def counting(request: pytest.FixtureRequest, settings: Settings) -> str:
    if request.param == "database":
        backend = "django.core.cache.backends.db.DatabaseCache"
        settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": "test_ratelimit_cache"}}
        call_command("createcachetable")
    cache.clear()
    return str(request.param)


def test_the_first_calls_pass_and_the_next_do_not(counting: str) -> None:
    assert [ratelimit.allow("form:192.0.2.7", limit=3, seconds=600) for _ in range(5)] == [True] * 3 + [False] * 2
    assert ratelimit.allow("form:192.0.2.8", limit=3, seconds=600)
    assert ratelimit.allow("link:192.0.2.7", limit=3, seconds=600)


def test_the_next_window_begins_anew(counting: str) -> None:
    with time_machine.travel(NOON, tick=False) as now:
        assert ratelimit.allow("a", limit=1, seconds=60)
        now.shift(59)
        assert not ratelimit.allow("a", limit=1, seconds=60)
        now.shift(1)
        assert ratelimit.allow("a", limit=1, seconds=60)


def test_many_at_once_get_no_more_places_than_there_are(counting: str) -> None:
    def ask(_: int) -> bool:
        try:
            return ratelimit.allow("crowd", limit=10, seconds=3600)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(ask, range(60))) == 10


def test_no_address_is_in_the_cache(counting: str, monkeypatch: pytest.MonkeyPatch) -> None:
    names: list[str] = []
    true_add = caches["default"].add
    monkeypatch.setattr(
        caches["default"], "add", lambda name, *a, **k: (names.append(name), true_add(name, *a, **k))[1]
    )
    ratelimit.allow("192.0.2.7 olena@hromada.example", limit=3, seconds=60)
    assert names
    assert not [name for name in names if "192.0.2.7" in name or "olena" in name]


def test_a_cache_that_is_away_lets_people_in(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    }
    assert ratelimit.allow("a", limit=0, seconds=60)
    assert "nothing is limited" in caplog.text
