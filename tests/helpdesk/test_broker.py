"""The channel of the broker keeps its client, and no message is lost for it."""

from pytest_django import Settings

from helpdesk.broker import Channel
from helpdesk.celery import app


def test_messages_are_sent_by_one_client_until_its_connections_are_others(settings: Settings) -> None:
    with app.connection_for_write() as connection:
        channel = connection.default_channel
        assert isinstance(channel, Channel)
        with channel.conn_or_acquire() as first, channel.conn_or_acquire() as second:
            assert first is second
        queue = connection.SimpleQueue("test-broker")
        queue.put({"number": 1})
        channel._disconnect_pools()  # as kombu does after a fork
        queue.put({"number": 2})
        with channel.conn_or_acquire() as third:
            assert third is not first
        assert [queue.get(timeout=5).payload["number"] for _ in range(2)] == [1, 2]
        queue.queue.delete()
