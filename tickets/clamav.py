"""Asking clamd what it thinks of a file: VERSION and INSTREAM of its protocol (clamd(8)), one connection each.

Whatever clamd does - it is away, says nothing, hangs up, answers nonsense - ends within a bound, as `Away` or as a
verdict that says what is not known. The one kept library for this protocol is not kept any more, and the protocol is
two commands.
"""

import contextlib
import re
import socket
import struct
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO

from django.conf import settings

ANSWER_SECONDS = 5.0  # for connecting, and for VERSION
CHUNK = 64 * 1024
MAX_REPLY = 4096
CLEAN, FOUND, UNKNOWN = "clean", "found", "unknown"
UNANSWERED = ("silent", "cut-off")  # it took the file and said nothing

_FOUND = re.compile(r"stream: (.{1,300}) FOUND")
# What clamd finds when it is told to say that it did not look everywhere, or could not.
_NOT_LOOKED = (("Heuristics.Limits.Exceeded", "too-large"), ("Heuristics.Encrypted.", "encrypted"))


class Away(Exception):
    """clamd does not answer; nothing is said of any file. `code` tells how."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Verdict:
    """What is known of a file. `detail` is the signature that matched, or the code of why nothing is known.

    `database` is the version of the signatures, as clamd tells it; empty where it has none.
    """

    state: str
    detail: str = ""
    database: str = ""


@dataclass(frozen=True)
class Signatures:
    """What clamd looks for. `version` is such as "27462", empty where it has none of their makers; `made_at` is when
    they were made, to the day (clamd tells it in its own time zone), None where it does not say."""

    version: str = ""
    made_at: datetime | None = None


@dataclass(frozen=True)
class Scanner:
    """A clamd: its address as `socket` takes it, and the seconds that it may take for one file."""

    address: tuple[str, int] | str
    seconds: float

    def signatures(self) -> Signatures:
        """The version and age of its signatures. Raises Away."""
        reply = self._ask(b"zVERSION\0", None, min(ANSWER_SECONDS, self.seconds))
        if not reply.startswith("ClamAV "):
            raise Away("nonsense")
        parts = reply.split("/")  # ClamAV 1.4.3/27462/Tue Jul 22 08:36:06 2025
        if len(parts) < 2:
            return Signatures()
        try:
            made_at = datetime.strptime(parts[2], "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC)
        except (IndexError, ValueError):
            made_at = None
        return Signatures(parts[1][:40], made_at)

    def scan(self, file: IO[bytes], *, database: str = "") -> Verdict:
        """Its verdict on what the file holds from here on. Raises Away when it cannot even be reached."""
        try:
            reply = self._ask(b"zINSTREAM\0", file, self.seconds)
        except Away as away:
            if away.code == "refused":
                raise
            return Verdict(UNKNOWN, away.code, database)
        found = _FOUND.fullmatch(reply)
        if found:
            codes = (code for start, code in _NOT_LOOKED if found[1].startswith(start))
            code = next(codes, "")
            return Verdict(UNKNOWN, code, database) if code else Verdict(FOUND, found[1][:100], database)
        if reply == "stream: OK":
            return Verdict(CLEAN, "", database)
        return Verdict(UNKNOWN, "too-large" if "size limit exceeded" in reply else "error", database)

    def _ask(self, command: bytes, file: IO[bytes] | None, seconds: float) -> str:
        until = time.monotonic() + seconds
        try:
            connection = self._connected(until)
        except OSError as error:
            raise Away("refused") from error
        with connection:
            try:
                # What it refuses it tells before it hangs up: the answer is read even when the rest cannot be sent.
                with contextlib.suppress(ConnectionError):
                    connection.sendall(command)
                    if file is not None:
                        _send(connection, file, until)
                return _reply(connection, until)
            except TimeoutError as error:
                raise Away("silent") from error
            except OSError as error:
                raise Away("cut-off") from error

    def _connected(self, until: float) -> socket.socket:
        seconds = min(ANSWER_SECONDS, _left(until))
        if not isinstance(self.address, str):
            return socket.create_connection(self.address, timeout=seconds)
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.settimeout(seconds)
            connection.connect(self.address)
        except OSError:
            connection.close()
            raise
        return connection


def scanner() -> Scanner | None:
    """The configured one; None where there is none."""
    if settings.CLAMAV_SOCKET:
        return Scanner(settings.CLAMAV_SOCKET, settings.CLAMAV_TIMEOUT)
    if settings.CLAMAV_HOST:
        return Scanner((settings.CLAMAV_HOST, settings.CLAMAV_PORT), settings.CLAMAV_TIMEOUT)
    return None


def _send(connection: socket.socket, file: IO[bytes], until: float) -> None:
    """The file in pieces, each behind its length, and a length of nothing as end."""
    while chunk := file.read(CHUNK):
        connection.settimeout(_left(until))
        connection.sendall(struct.pack(">I", len(chunk)) + chunk)
    connection.sendall(bytes(4))


def _reply(connection: socket.socket, until: float) -> str:
    found = b""
    while b"\0" not in found and len(found) < MAX_REPLY:
        connection.settimeout(_left(until))
        piece = connection.recv(MAX_REPLY)
        if not piece:
            break
        found += piece
    if b"\0" not in found:
        raise ConnectionAbortedError("hung up in the middle of its answer")
    return found.partition(b"\0")[0].decode("utf-8", "replace").strip()


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
