"""Mails in, with a death at every step; at the end every mail is accounted for.

The client of each mail does what a mail server does: what was not answered with 250 is sent again, the same bytes. What
became of the mails is asked from the outside, by Message-ID and recipient, and in the database.
"""

import smtplib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from itertools import cycle
from pathlib import Path
from typing import Any

from bench import place
from bench.crash import accounts, points
from bench.crash.accounts import Outcome, Sent
from bench.crash.fuses import Fuse
from bench.crash.house import House
from bench.crash.lanes import Lane, shuffled
from bench.crash.sink import WAYS, Sink

HOUSE = "SupportUkraine@cor.europa.eu"
SENDING_SECONDS, SETTLING_SECONDS, LAST_FUSES_SECONDS = 120.0, 600.0, 45.0
PACE, PATIENCE = 0.2, 2.0  # seconds between two mails, and at most, until a worker has died of the last one
OUTAGE_EVERY, TROUBLE_EVERY = 7, 2  # at each so-manieth mail something outside fails
Outages = Mapping[str, Callable[[], None]]


@dataclass
class Report:
    """What became of all mails; `points` says it for each place of death, `findings` names what is lost or doubled."""

    mails: int
    seconds: float = 0.0
    kills: int = 0
    not_reached: list[str] = field(default_factory=list)
    troubles: dict[str, int] = field(default_factory=dict)
    outcomes: dict[str, int] = field(default_factory=dict)
    sent_again: int = 0  # by the client, because its conversation broke or was answered with 451
    lost: int = 0
    doubled: int = 0
    repeated: int = 0  # arrived once more under the same Message-ID
    points: list[dict[str, Any]] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)


class Drill:
    """One run: `count` mails, each place of death at least `rounds` times, and the outages in turn."""

    def __init__(self, house: House, sink: Sink, *, count: int, rounds: int, outages: Outages) -> None:
        self.house, self.sink, self.count, self.outages = house, sink, count, outages
        self.doors = cycle(shuffled(points.LISTENER, 1, count))
        turns = ((points.PROCESSING, rounds), (points.DELIVERY, rounds), (points.RARE, max(1, rounds // 4)))
        self.lanes = [Lane(house.box, shuffled(fuses, number, count)) for fuses, number in turns]
        self.ways, self.failing = cycle(WAYS), cycle(outages)
        self.troubles = Counter[str]()
        self.sent: list[Sent] = []
        self.at_the_door: dict[Fuse, list[int]] = {}
        self.sent_again = 0

    def run(self) -> Report:
        """Send, come to rest, account."""
        started = time.monotonic()
        for number in range(self.count):
            self._send_one(number)
        self._rest()
        return self._report(round(time.monotonic() - started, 1))

    def _send_one(self, number: int) -> None:
        trouble = next(self.ways) if number % TROUBLE_EVERY else ""
        sent = Sent(number, f"partner{number}@hromada.example", f"{number}.drill@hromada.example", trouble)
        self.sent.append(sent)
        if trouble:
            self.troubles[trouble] += 1
            self.sink.troubles[sent.address] = trouble
        if self.outages and number % OUTAGE_EVERY == OUTAGE_EVERY // 2:
            name = next(self.failing)
            self.troubles[name] += 1
            self.outages[name]()
        self._arm()
        fuse = next(self.doors)
        self.at_the_door.setdefault(fuse, []).append(number)
        self.house.box.arm(fuse)
        self._hand_in(letter(sent), sent.address)
        end = time.monotonic() + PATIENCE
        time.sleep(PACE)  # the listener may die of its fuse just after its answer
        self.house.box.disarm(fuse)
        while self.lanes[0].is_armed and time.monotonic() < end:
            time.sleep(PACE)

    def _hand_in(self, content: bytes, sender: str) -> None:
        """Until it is answered with 250; TimeoutError when nobody takes it."""
        end, ports = time.monotonic() + SENDING_SECONDS, cycle(self.house.ports)
        while time.monotonic() < end:
            try:
                with smtplib.SMTP("127.0.0.1", next(ports), timeout=10) as client:
                    client.sendmail(sender, [HOUSE], content)
                    return
            except ConnectionRefusedError:
                time.sleep(0.05)
            except (OSError, smtplib.SMTPException):
                self.sent_again += 1
                time.sleep(0.1)
        raise TimeoutError(f"nobody took a mail in {SENDING_SECONDS:g} s")

    def _rest(self) -> None:
        """Until every mail is explained: pauses and leases of dead workers are ended early, the sweeps do the rest."""
        begun = time.monotonic()
        while time.monotonic() < begun + SETTLING_SECONDS and accounts.unexplained(len(self.sent)):
            self._arm()
            if time.monotonic() > begun + LAST_FUSES_SECONDS:
                for lane in self.lanes:
                    lane.stop()
            accounts.let_time_pass()
            time.sleep(0.5)

    def _arm(self) -> None:
        """What blew makes room for the next: one for each mail, or a mail would die at every attempt."""
        for lane in self.lanes:
            lane.turn()

    def _report(self, seconds: float) -> Report:
        found = [accounts.outcome(each, self.sink.taken.get(each.address, [])) for each in self.sent]
        kills = self.house.box.kills()
        return Report(
            mails=self.count,
            seconds=seconds,
            kills=sum(map(len, kills.values())),
            not_reached=[fuse.name for fuse in points.ALL if fuse not in kills],
            troubles=dict(self.troubles),
            outcomes=dict(Counter(each.code for each in found)),
            sent_again=self.sent_again,
            lost=sum(each.lost for each in found),
            doubled=sum(each.doubled for each in found),
            repeated=sum(each.repeated for each in found),
            points=list(self._table(kills, found)),
            findings=[f"{each.number}: {each.code}" for each in found if each.lost or each.doubled],
        )

    def _table(self, kills: Mapping[Fuse, list[str]], found: Sequence[Outcome]) -> Iterator[dict[str, Any]]:
        """By place of death: how often, and what became of the mails that were in hand there."""
        for fuse in points.ALL:
            hands = kills.get(fuse, [])
            numbers = {number for hand in hands if (number := accounts.number_of(hand)) is not None}
            if hands and fuse.role == "listener":
                numbers |= set(self.at_the_door[fuse])
            outcomes = [found[number] for number in numbers]
            counts = {name: sum(getattr(each, name) for each in outcomes) for name in ("lost", "doubled", "repeated")}
            yield {**asdict(fuse), "kills": len(hands), "mails": len(outcomes), **counts}


def letter(sent: Sent) -> bytes:
    """A request with a file of its own."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f"Partner {sent.number} <{sent.address}>"
    mail["To"] = HOUSE
    mail["Subject"] = f"Request {sent.number}"
    mail["Message-ID"] = f"<{sent.message_id}>"
    mail.set_content(f"Good day, our hospital needs {sent.number + 2} generators before the winter.")
    mail.add_attachment(f"List {sent.number}".encode() * 100, maintype="text", subtype="plain", filename="list.txt")
    return mail.as_bytes()


def drill(folder: Path, env: Mapping[str, str], *, count: int, rounds: int, outages: Outages) -> Report:
    """The whole of it on the database and broker of this environment; Django must be ready on the same database."""
    sink = Sink(place.free_port())
    house = House(folder, {**env, **_environment(sink)}, ports=(place.free_port(), place.free_port()))
    sink.start()
    try:
        house.start()
        return Drill(house, sink, count=count, rounds=rounds, outages=outages).run()
    finally:
        house.stop()
        sink.stop()


def _environment(sink: Sink) -> dict[str, str]:
    return {
        "MAIL_OUT": "smtp",
        "SMTP_OUT_HOST": "127.0.0.1",
        "SMTP_OUT_PORT": str(sink.port),
        "SMTP_OUT_SECURITY": "none",
        "SMTP_OUT_TIMEOUT": "2",
        "MAIL_TIME_LIMIT": "3",
        "LOG_LEVEL": "INFO",
        "CELERY_SKIP_CHECKS": "1",  # `make check` runs them
    }
