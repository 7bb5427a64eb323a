"""Redis as broker, with one client for each channel.

kombu makes a client of redis-py for every message that it sends, a third of the work that a hint costs. A client is
safe to share and takes its connections from the pool of its channel; where that pool is another one, after a fork or a
lost connection, so is the client.
"""

from kombu.transport import TRANSPORT_ALIASES, redis
from redis import Redis


class Channel(redis.Channel):
    _kept: Redis | None = None

    def _create_client(self, asynchronous: bool = False) -> Redis:
        made: Redis
        if asynchronous:
            made = super()._create_client(asynchronous)  # type: ignore[misc]  # the stubs do not know it
            return made
        if self._kept is None or self._kept.connection_pool is not self.pool:
            made = super()._create_client()  # type: ignore[misc]
            self._kept = made
        return self._kept


class Transport(redis.Transport):
    Channel = Channel


def install() -> None:
    """Have addresses of Redis served by this transport."""
    for scheme in ("redis", "rediss"):
        TRANSPORT_ALIASES[scheme] = f"{__name__}:{Transport.__name__}"
