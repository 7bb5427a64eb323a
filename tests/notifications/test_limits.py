"""What the mail server takes is known before the next mail is written."""

import pytest
from django.core.cache import cache
from django.db import transaction
from pytest_django import Settings

from notifications import limits, outbox
from notifications.delivery import Result, deliver
from notifications.outbox import File
from tests.environment import free_port
from tests.making import NOW
from tests.notifications.sink import Sink

pytestmark = pytest.mark.django_db


def test_the_smaller_of_setting_and_server_counts(settings: Settings) -> None:
    settings.MAIL_OUT_MAX_BYTES = 5_000_000
    assert limits.most_bytes() == 5_000_000
    limits.announced("1000000")
    assert limits.most_bytes() == 1_000_000
    limits.announced("9000000")
    assert limits.most_bytes() == 5_000_000


@pytest.mark.parametrize("said", ["", "0", "none", "١٠٠"])
def test_a_server_without_a_limit_leaves_the_setting(said: str, settings: Settings) -> None:
    limits.announced("1000000")
    limits.announced(said)
    assert limits.most_bytes() == settings.MAIL_OUT_MAX_BYTES


def test_a_server_tells_its_limit_with_the_first_mail(put: object, sink: Sink) -> None:
    sink.stop()
    sink.size_limit = 300_000
    sink.start()
    file = File("a.pdf", "application/pdf", "aa/bb/none", 400_000)
    assert callable(put)
    first = put()
    assert deliver(first.pk, now=NOW) is Result.SENT
    with pytest.raises(outbox.TooBig) as refused, transaction.atomic():
        put(files=[file])
    assert refused.value.limit == cache.get(limits.ANNOUNCED) == 300_000


def test_a_cache_that_is_away_holds_up_no_mail(put: object, sink: Sink, settings: Settings) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": f"redis://127.0.0.1:{free_port()}/0",
        }
    }
    assert limits.most_bytes() == settings.MAIL_OUT_MAX_BYTES
    assert callable(put)
    assert deliver(put().pk, now=NOW) is Result.SENT
    assert len(sink.taken) == 1
