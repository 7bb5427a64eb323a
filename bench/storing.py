"""Mails a second into the real listener: from the first connection until the last mail is answered with 250."""

import smtplib
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from bench import mails, place
from bench.memory import pss
from helpdesk import processes

CONNECTIONS = 4


def measure(env: dict[str, str], *, size: int, seed: int, count: int) -> dict[str, float]:
    """Send `count` mails over four connections at once to the listener as a process of its own.

    Whatever is not answered with 250 raises smtplib.SMTPException.
    """
    made = mails.make(seed=seed, count=count, size=size, first_at=datetime.now(UTC))
    port = place.free_port()
    counted = place.FOLDER / "statements"
    command = [sys.executable, "-m", "bench.listener", counted]
    ours = {**env, "SMTP_PORT": str(port)}
    listener = processes.spawn(command, environment=ours, folder=place.ROOT, log=place.FOLDER / "listener.log")
    try:
        place.until(lambda: place.accepts(port), "The listener")
        started = time.perf_counter()
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            list(pool.map(lambda first: _send(port, made[first::CONNECTIONS]), range(CONNECTIONS)))
        took = time.perf_counter() - started
        figures = {"mails": count, "mails_a_second": round(count / took, 1), "pss_mib": pss(listener.pid)}
    finally:
        processes.end([listener], seconds=10)
    return {**figures, "statements_a_mail": round(int(counted.read_text()) / count, 2)}


def _send(port: int, made: list[mails.Mail]) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
        for mail in made:
            client.sendmail(mail.sender, [mails.HOUSE], mail.raw)
