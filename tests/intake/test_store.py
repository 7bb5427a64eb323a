import base64
import hashlib
import json
import os
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError
from redis import Redis

from helpdesk.celery import app
from intake import erasing, processing, store, tasks
from intake.models import RawMail
from tests.environment import free_port
from tests.intake.letters import HOUSE, OLENA, letter, received, stored, ticket_of
from tests.making import staff
from tickets.actions.erasing import erase_person
from tickets.actions.record import Actor
from tickets.files import discard, storage
from tickets.models import DiscardedFile, Message, Ticket


@pytest.mark.django_db
def test_a_mail_is_kept_byte_for_byte_under_its_hash() -> None:
    raw = b"not even a mail \x00\xff"
    mail = stored(raw)
    assert storage().read(mail.path) == raw
    assert mail.sha256 == hashlib.sha256(raw).hexdigest()
    assert len(mail.correlation) == 16


@pytest.mark.django_db
def test_the_same_delivery_is_stored_once_and_another_envelope_is_another_delivery() -> None:
    raw = letter()
    first, again = stored(raw), stored(raw)
    assert (first.pk, first.known) == (again.pk, False)
    assert again.known
    others = [stored(raw, sender=""), stored(raw, sender=None), stored(raw, source="lmtp"), stored(raw, to=[])]
    assert len({first.pk, *(each.pk for each in others)}) == 5


@pytest.mark.django_db
def test_the_envelope_is_kept_without_what_a_database_or_a_page_refuses() -> None:
    mail = stored(letter(), sender="a\x00b\r\n@x.example" + "y" * 400)
    assert mail.envelope_from is not None
    assert "\x00" not in mail.envelope_from
    assert len(mail.envelope_from) == 320


@pytest.mark.django_db(transaction=True)
def test_nothing_is_stored_inside_a_transaction_that_may_still_fail() -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        stored(letter())
    assert not RawMail.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_stored_mail_is_hinted_at_once_by_its_number_alone(settings: Any) -> None:
    broker = Redis.from_url(settings.BROKER_URL)
    broker.delete("mail")
    mail = stored(letter())
    stored(b"one more")
    hint = json.loads(broker.lrange("mail", 0, -1)[-1])
    assert hint["headers"]["task"] == "intake.tasks.process"
    assert json.loads(base64.b64decode(hint["body"]))[:2] == [[mail.pk], {}]
    broker.delete("mail")


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    publish = tasks.process.apply_async
    broker = f"redis://127.0.0.1:{free_port()}/0"

    def publish_there(*args: Any, **options: Any) -> None:
        with app.connection_for_write(broker) as away:
            publish(*args, connection=away, **options)

    with pytest.raises(OperationalError):
        publish_there((1,))
    monkeypatch.setattr(tasks.process, "apply_async", publish_there)
    started = time.monotonic()
    mail = stored(letter())
    assert time.monotonic() - started < 3
    assert RawMail.objects.get().pk == mail.pk


@pytest.mark.django_db(transaction=True)
def test_the_same_delivery_by_eight_threads_is_one_row() -> None:
    raw = letter()
    rows: list[int] = []

    def hand_in() -> None:
        rows.append(stored(raw).pk)
        connection.close()

    run(8, hand_in)
    assert len(rows) == 8
    assert set(rows) == {RawMail.objects.get().pk}


@pytest.mark.usefixtures("committed_house")
def test_one_mail_by_two_sources_with_eight_workers_is_one_message() -> None:
    raw = letter(attachments=[("list.pdf", b"%PDF-1.4 list")])
    mails = [
        stored(f"Received: by relay{number}.example; Mon, 23 Nov 2026 08:00:00 +0000\r\n".encode() + raw, source=source)
        for number, source in enumerate(["smtp", "lmtp"] * 4)
    ]
    waiting = iter([mail.pk for mail in mails])
    barrier = threading.Barrier(8)

    def work() -> None:
        mail_id = next(waiting)
        barrier.wait(10)
        processing.process(mail_id)
        connection.close()

    run(8, work)
    assert Message.objects.filter(kind="inbound").count() == 1
    assert Ticket.objects.count() == 1
    states = sorted(RawMail.objects.values_list("state", "reason"))
    assert states == [("ignored", "known")] * 7 + [("processed", "new")]
    assert RawMail.objects.values("message").distinct().count() == 1


@pytest.mark.usefixtures("committed_house")
def test_one_stored_mail_in_the_hands_of_eight_workers_is_processed_once() -> None:
    mail = stored(letter())
    barrier = threading.Barrier(8)

    def work() -> None:
        barrier.wait(10)
        processing.process(mail.pk)
        connection.close()

    run(8, work)
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == ("processed", 1)
    assert Ticket.objects.count() == 1


def run(number: int, work: Callable[[], None]) -> None:
    threads = [threading.Thread(target=work) for _ in range(number)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)


@pytest.mark.django_db
def test_the_sweep_hints_at_what_waits_and_at_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    hints: list[int] = []
    monkeypatch.setattr(tasks, "hurry", hints.append)
    now = timezone.now()
    long_ago = now - timedelta(minutes=1)
    waiting, fresh, in_hand, left, done = (stored(letter()).pk for _ in range(5))
    RawMail.objects.exclude(pk=fresh).update(created_at=long_ago)
    RawMail.objects.filter(pk=in_hand).update(attempts=1, lease_until=now + timedelta(minutes=1))
    RawMail.objects.filter(pk=left).update(attempts=1, lease_until=long_ago)
    RawMail.objects.filter(pk=done).update(state="processed")
    hints.clear()
    assert tasks.sweep() == 2
    assert hints == [waiting, left]


@pytest.mark.django_db
def test_a_held_mail_is_left_to_whoever_holds_it() -> None:
    mail = store.keep(
        letter(),
        source="import",
        envelope_from=None,
        envelope_to=[],
        received_at=timezone.now(),
        held_for=timedelta(hours=1),
    )
    assert not RawMail.objects.due(timezone.now()).exists()
    assert RawMail.objects.due(timezone.now() + timedelta(hours=2)).get() == mail


@pytest.mark.usefixtures("house")
@pytest.mark.django_db(transaction=True)
def test_erasing_a_person_takes_the_raw_mails_too() -> None:
    raw = letter()
    first = received(raw)
    second = received(b"Received: by relay.example; Mon, 23 Nov 2026 08:00:00 +0000\r\n" + raw)
    requester = ticket_of(first).requester
    assert requester is not None
    paths = [first.path, second.path]
    erase_person(actor=Actor.staff(staff(role="manager")), requester_id=requester.pk, now=timezone.now())
    assert erasing.forget_erased() == 2
    remove_old_files()
    assert not any(storage().exists(path) for path in paths)
    for mail in (first, second):
        mail.refresh_from_db()
        assert (mail.path, mail.envelope_from, mail.envelope_to) == ("", None, [])
    assert erasing.forget_erased() == 0
    again = stored(raw)
    assert (again.pk, again.known) == (first.pk, True)
    remove_old_files()
    assert not storage().exists(storage().name_of(first.sha256))
    assert OLENA not in json.dumps(list(RawMail.objects.values()), default=str)
    assert HOUSE not in json.dumps(list(RawMail.objects.values()), default=str)


@pytest.mark.usefixtures("house")
@pytest.mark.django_db
def test_a_discarded_file_stays_while_a_row_names_it_or_somebody_just_kept_it() -> None:
    mail = received(letter())
    unnamed, _, _ = storage().keep([b"a file that no row names yet"])
    discard([mail.path, unnamed], now=timezone.now())
    later = timezone.now() + 2 * erasing.GRACE
    assert erasing.remove_discarded(later) == 0
    assert storage().exists(mail.path)
    assert storage().exists(unnamed)
    assert DiscardedFile.objects.get().path == unnamed
    os.utime(storage().path(unnamed), (0, 0))
    assert erasing.remove_discarded(later) == 1
    assert not storage().exists(unnamed)


def remove_old_files() -> None:
    """Let the grace time of everything that was discarded be over."""
    for path in DiscardedFile.objects.values_list("path", flat=True):
        if storage().exists(path):
            os.utime(storage().path(path), (0, 0))
    erasing.remove_discarded(timezone.now() + 2 * erasing.GRACE)


@pytest.mark.django_db(transaction=True)
def test_what_is_written_together_with_a_mail_is_committed_with_it_or_not_at_all() -> None:
    raw = letter()

    def keep(together: Callable[[RawMail], object]) -> RawMail:
        return store.keep(
            raw, source="imap", envelope_from=None, envelope_to=[], received_at=timezone.now(), together=together
        )

    def fail(mail: RawMail) -> None:
        DiscardedFile.objects.create(path=f"with {mail.pk}")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        keep(fail)
    assert not RawMail.objects.exists()
    assert not DiscardedFile.objects.exists()
    first = keep(lambda mail: DiscardedFile.objects.create(path=f"new {mail.pk}"))
    again = keep(lambda mail: DiscardedFile.objects.create(path=f"known {mail.pk}"))
    assert (first.pk, again.known) == (again.pk, True)
    assert set(DiscardedFile.objects.values_list("path", flat=True)) == {f"new {first.pk}", f"known {first.pk}"}
