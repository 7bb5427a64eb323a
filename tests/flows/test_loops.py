"""Two instances of this helpdesk and an out-of-office robot, wired to each other by real mail servers: silence comes.

Each instance has a database, a listener and a worker of its own. The post between them is a mail server that carries
each mail to where its recipient lives, as servers on the way do, and writes down what it carried.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import SMTP as SMTP_POLICY
from email.policy import default
from email.utils import parseaddr
from pathlib import Path
from smtplib import SMTP
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from aiosmtpd import smtp
from aiosmtpd.controller import Controller
from django.db import connection

from tests import databases, environment, services
from tests.services import wait_until

pytestmark = [pytest.mark.flow, pytest.mark.django_db(transaction=True)]
ONE, TWO, ROBOT = "help@one.example", "help@two.example", "olena@robot.example"
QUIET_SECONDS = 12.0  # the sweeps of both instances run several times in it
MOST_MAILS = 3
# What a server on the way may take off: then nothing but the threads and the caps stands against a loop.
MARKS_OF_MACHINES = ("Auto-Submitted", "X-Auto-Response-Suppress", "Precedence")


@dataclass
class Post:
    """Carries mail between the three, and keeps what it carried; `blind` takes the marks of machines off each mail."""

    ports: dict[str, int]
    blind: bool = False
    carried: list[Message] = field(default_factory=list)
    answer: Callable[[Message], EmailMessage] | None = None

    async def handle_DATA(self, server: smtp.SMTP, session: smtp.Session, envelope: smtp.Envelope) -> str:  # noqa: N802
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self.carry(content, sender=envelope.mail_from or "", recipients=envelope.rcpt_tos)
        return "250 2.0.0 carried"

    def carry(self, content: bytes, *, sender: str, recipients: list[str]) -> None:
        mail = message_from_bytes(content, policy=default)
        self.carried.append(mail)
        if self.blind:
            for name in MARKS_OF_MACHINES:
                del mail[name]
            content, sender = mail.as_bytes(policy=SMTP_POLICY), sender.strip("<>") or parseaddr(mail["From"])[1]
        for recipient in recipients:
            domain = recipient.rpartition("@")[2]
            if domain in self.ports:
                with SMTP("127.0.0.1", self.ports[domain], timeout=20) as client:
                    client.sendmail(sender, [recipient], content)
            elif recipient == ROBOT and self.answer is not None:
                reply = self.answer(mail)
                self.carry(bytes(reply), sender=ROBOT, recipients=[parseaddr(reply["To"])[1]])


def away(mail: Message) -> EmailMessage:
    """A robot of the worst kind: it answers each mail, to its Reply-To, and bears no mark of a machine."""
    reply = EmailMessage(policy=SMTP_POLICY)
    reply["From"], reply["To"] = ROBOT, parseaddr(mail["Reply-To"] or mail["From"])[1]
    reply["Subject"], reply["Message-ID"] = "I am on leave", f"<{time.monotonic_ns()}@robot.example>"
    if mail["Message-ID"]:
        reply["In-Reply-To"] = mail["Message-ID"]
    reply.set_content("I am back on Monday.")
    return reply


def database(name: str, template: str) -> str:
    """Another database on the cluster of this test, made like `template`; returns its name."""
    name = f"{connection.settings_dict['NAME']}_{name}"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as cluster:
        cluster.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cluster.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return name


def url_of(database: str) -> str:
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}"))


def manage(settings: dict[str, str], *words: str) -> str:
    command = [sys.executable, str(services.ROOT / "manage.py"), *words]
    done = subprocess.run(command, env={**os.environ, **settings}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def new_installation(django_db_setup: None) -> str:
    """The database of a helpdesk that has just been installed; the instances get copies of it."""
    name = database("new", databases.migrated())
    manage({"DATABASE_URL": url_of(name)}, "load_reference")
    return name


def instance(
    stack: ExitStack, name: str, address: str, port: int, post: int, number: int, logs: Path, template: str
) -> None:
    """Start one helpdesk under `address` until the stack closes."""
    redis = f"redis://127.0.0.1:{environment.REDIS_PORT}"
    data = logs / name
    (data / "files").mkdir(parents=True)
    settings = {
        "DATABASE_URL": url_of(database(name, template)),
        "DATA_DIR": str(data),
        "BROKER_URL": f"{redis}/{number}",
        "CACHE_URL": f"{redis}/{number + 1}",
        "MAIL_ADDRESS": address,
        "MAIL_OUT": "smtp",
        "SMTP_OUT_HOST": "127.0.0.1",
        "SMTP_OUT_PORT": str(post),
        "SMTP_OUT_SECURITY": "none",
    }
    stack.enter_context(services.smtp_listener(data / "listener.log", port, **settings))
    stack.enter_context(services.celery_worker(data / "worker.log", beat=True, **settings))


@pytest.fixture
def post(transactional_db: None, new_installation: str, tmp_path: Path) -> Iterator[Post]:
    """Two instances that run, and the post between them."""
    ports = {"one.example": environment.free_port(), "two.example": environment.free_port()}
    carrier, port = Post(ports), environment.free_port()
    # Numbers of Redis that no other test process uses.
    first = 32 + (int(environment.WORKER.removeprefix("gw") or 0) * 4) % 32
    controller = Controller(carrier, hostname="127.0.0.1", port=port)
    controller.start()
    with ExitStack() as stack:
        stack.callback(controller.stop)
        instance(stack, "one", ONE, ports["one.example"], port, first, tmp_path, new_installation)
        instance(stack, "two", TWO, ports["two.example"], port, first + 2, tmp_path, new_installation)
        yield carrier


def write(post: Post, *, sender: str, to: str, **fields: str) -> None:
    mail = EmailMessage(policy=SMTP_POLICY)
    mail["From"], mail["To"], mail["Subject"] = sender, to, "Generators"
    mail["Message-ID"] = f"<{time.monotonic_ns()}@first.example>"
    for name, value in fields.items():
        mail[name.replace("_", "-")] = value
    mail.set_content("We need two generators.")
    post.carry(bytes(mail), sender=sender, recipients=[to])


def wait_for_silence(post: Post) -> None:
    """Until nothing was carried for a while; fails at once when the mails become too many."""
    wait_until(lambda: len(post.carried) >= 2, "the first mail is answered", seconds=60)
    carried, since = len(post.carried), time.monotonic()
    while time.monotonic() - since < QUIET_SECONDS:
        assert len(post.carried) <= MOST_MAILS, [f"{mail['From']} -> {mail['To']}" for mail in post.carried]
        if len(post.carried) != carried:
            carried, since = len(post.carried), time.monotonic()
        time.sleep(0.2)


def test_two_instances_and_a_robot_fall_silent_after_three_mails(post: Post) -> None:
    write(post, sender=TWO, to=ONE)
    wait_for_silence(post)

    post.carried.clear()
    post.answer = away
    write(post, sender=ROBOT, to=ONE, Reply_To=TWO)  # the first answers to the second, in the robot's name
    wait_for_silence(post)

    post.carried.clear()
    write(post, sender=ROBOT, to=TWO)
    wait_for_silence(post)
    assert any(mail["From"] == ROBOT and mail["In-Reply-To"] for mail in post.carried)


def test_they_fall_silent_too_when_a_server_on_the_way_takes_the_marks_of_machines_off(post: Post) -> None:
    post.blind, post.answer = True, away
    write(post, sender=TWO, to=ONE)
    wait_for_silence(post)

    post.carried.clear()
    write(post, sender=ROBOT, to=ONE)
    wait_for_silence(post)
