"""Deaths at every step of intake and delivery, and all that fails around them: each mail comes to one explained end."""

import os
from pathlib import Path

import pytest

from bench.crash import accounts, points
from bench.crash.drill import drill
from tests import environment, services

pytestmark = [pytest.mark.flow, pytest.mark.django_db(transaction=True)]


@pytest.mark.usefixtures("reference_data")
def test_twenty_mails_through_every_death_are_neither_lost_nor_doubled(tmp_path: Path) -> None:
    redis = services.RedisServer(environment.free_port(), tmp_path / "redis.log")
    redis.start()

    def lose_the_broker() -> None:
        redis.kill()
        redis.start()

    broker = f"redis://127.0.0.1:{redis.port}/0"
    ours = {**os.environ, "DATABASE_URL": services.own_database_url(), "BROKER_URL": broker}
    outages = {"broker restarted": lose_the_broker, "database restarted": accounts.cut_connections}
    try:
        report = drill(tmp_path, ours, count=20, rounds=1, outages=outages)
    finally:
        redis.stop()
    assert (report.lost, report.doubled, report.findings) == (0, 0, [])
    assert sum(report.outcomes.values()) == 20
    assert accounts.UNREAD not in report.outcomes  # no death was a mail's own
    assert len(report.not_reached) <= len(points.ALL) / 5, report.not_reached
