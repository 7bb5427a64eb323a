"""What servers say about the origin of a mail. Anybody can write it: whose word counts is decided elsewhere."""

from intake.reading.charsets import one_line
from intake.reading.headers import Headers

MAX_RESULTS = 20
MAX_RESULT = 4_000  # characters


def authentication_results(headers: Headers) -> tuple[str, ...]:
    """The Authentication-Results fields (RFC 8601) as they stand, newest first, untrusted."""
    values = (one_line(value)[:MAX_RESULT] for value in headers.all("authentication-results")[:MAX_RESULTS])
    return tuple(value for value in values if value)
