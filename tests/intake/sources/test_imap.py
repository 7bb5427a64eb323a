"""The reader of the mailbox: each mail is stored once, whatever happens in between. With a real Dovecot."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from intake import ledger, processing, store
from intake.models import LedgerEntry, Mailbox, RawMail
from intake.sources import imap
from intake.sources.mailbox import MailboxError, Server
from tests.dovecot import Dovecot
from tests.intake.letters import letter, ticket_of
from tests.services import wait_until
from tickets.files import storage
from tickets.models import Alarm, Message, Ticket


class Killed(BaseException):
    """As if the process had died here."""


@contextmanager
def breaks(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, *, after: bool = False) -> Iterator[None]:
    """The process dies when it comes to this step, or right behind it."""
    real = getattr(owner, name)

    def die(*args: Any, **values: Any) -> Any:
        if after:
            real(*args, **values)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(owner, name, die)
        yield


def reader_runs(stop: threading.Event, ready: threading.Event) -> threading.Thread:
    """The reader as the service runs it, in a thread with its own connection to the database."""

    def run() -> None:
        try:
            imap.read_until(stop, ready=ready.set)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


# Locks are of the whole cluster, and other tests run beside this one in databases of their own.
OUR_LOCKS = (
    "pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"
    " WHERE datname = current_database() AND locktype = 'advisory' AND classid = %s"
)


@pytest.fixture
def reader(mailbox: Dovecot, transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Starts the reader; it is ended with the test."""
    monkeypatch.setattr(imap, "FIRST_WAIT", 0.2)
    monkeypatch.setattr(imap, "BUSY_WAIT", 0.1)
    monkeypatch.setattr("intake.sources.mailbox.IDLE_SLICE", 0.1)
    stop, threads = threading.Event(), []

    def start() -> None:
        ready = threading.Event()
        threads.append(reader_runs(stop, ready))

    yield start
    stop.set()
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive()


@pytest.mark.django_db
def test_a_mail_is_kept_byte_for_byte_with_its_time_and_its_entry(mailbox: Dovecot) -> None:
    came = timezone.now().replace(microsecond=0) - timedelta(hours=2)
    raw = letter("Потрібні генератори.")
    (uid,) = mailbox.deliver(raw, at=came)
    done = imap.read_once()
    assert (done.stored, done.known, done.failed) == (1, 0, 0)
    mail = RawMail.objects.get()
    assert storage().read(mail.path) == raw
    assert (mail.source, mail.envelope_from, mail.received_at, mail.acknowledge) == ("imap", None, came, True)
    entry = LedgerEntry.objects.get()
    assert (entry.uid, entry.raw) == (uid, mail)
    row = Mailbox.objects.get()
    assert (row.name, row.folder, row.last_uid, row.error) == (f"{mailbox.user}@127.0.0.1", "INBOX", uid, "")
    assert row.checked_at is not None
    assert mailbox.flags() == set(), "what is read or unread is the staff's"


@pytest.mark.django_db
def test_what_staff_have_read_flagged_or_answered_is_taken_like_any_other(mailbox: Dovecot) -> None:
    uids = mailbox.deliver(letter(), letter(), letter().replace(b"2026", b"1999"))
    with mailbox.client() as colleague:
        colleague.select_folder("INBOX")
        colleague.add_flags(uids, [rb"\Seen", rb"\Answered", rb"\Deleted"])
    assert imap.read_once().stored == 3
    assert imap.read_once().stored == 0


@pytest.mark.django_db
def test_mail_from_long_before_the_first_look_is_taken_in_without_an_acknowledgement(mailbox: Dovecot) -> None:
    mailbox.deliver(letter(), at=timezone.now() - timedelta(days=30))
    mailbox.deliver(letter())
    imap.read_once()
    assert list(RawMail.objects.order_by("id").values_list("acknowledge", flat=True)) == [False, True]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("raw", "kept"),
    [(b"", 1), (b"\r\n", 1), (b"no header at all, only words\r\n", 1), (b"\x00\xff\xfe: \x80\r\n\r\n\x00", 1)],
    ids=["empty", "one line end", "no header", "no text"],
)
@pytest.mark.usefixtures("house")
def test_odd_mails_are_stored_and_become_something(mailbox: Dovecot, raw: bytes, kept: int) -> None:
    # Dovecot takes no empty mail by APPEND; on its disk one can lie all the same.
    with mailbox.client() as client:
        client.select_folder("INBOX")
    new = mailbox.folder / "mail" / mailbox.user / "Maildir" / "new"
    (new / "1795777777.odd.example").write_bytes(raw)
    assert imap.read_once().stored == kept
    mail = RawMail.objects.get()
    processing.process(mail.pk)
    mail.refresh_from_db()
    assert mail.state == RawMail.State.PROCESSED
    assert Ticket.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("house")
def test_a_huge_mail_is_stored_whole_shown_by_its_beginning_and_named_by_an_alarm(
    mailbox: Dovecot, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MAIL_MAX_BYTES = 200_000
    monkeypatch.setattr("intake.sources.mailbox.PIECE", 100_000)
    monkeypatch.setattr("intake.incoming.BEGINNING", 50_000)
    raw = letter("The lists are attached.", attachments=[("lists.pdf", b"%PDF-1.4 " + b"x" * 300_000)])
    mailbox.deliver(raw, letter("A small one."))
    assert imap.read_once().stored == 2
    mail = RawMail.objects.get(size__gt=200_000)
    assert storage().read(mail.path) == raw
    for each in RawMail.objects.all():
        processing.process(each.pk)
    assert Alarm.objects.get(closed_at=None).data == {"mail": mail.pk, "size": len(raw)}
    mail.refresh_from_db()
    message = mail.message
    assert message is not None
    assert (message.sender_address, message.text.strip()) == ("olena@hromada.example", "The lists are attached.")
    (file,) = message.attachments.all()
    assert (file.name, file.size, file.sha256) == ("message.eml", len(raw), mail.sha256)
    assert imap.read_once() == imap.Round()


@pytest.mark.django_db
@pytest.mark.parametrize("step", ["fetch", "keep", "enter", "committed", "move", "moved", "advance", "read_to_end"])
def test_a_death_at_any_step_loses_nothing_and_doubles_nothing(
    mailbox: Dovecot, settings: Any, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    settings.IMAP_DONE_FOLDER = "Done"
    owner, name, after = {
        "fetch": (Server, "fetch", False),
        "keep": (store, "keep", False),
        "enter": (ledger, "enter", True),  # inside the transaction that stores the mail
        "committed": (store, "keep", True),
        "move": (Server, "move", False),
        "moved": (Server, "move", True),
        "advance": (ledger, "advance", True),
        "read_to_end": (ledger, "read_to_end", True),
    }[step]
    raws = [letter(), letter(), letter()]
    mailbox.deliver(*raws)
    with breaks(monkeypatch, owner, name, after=after), pytest.raises(Killed):
        imap.read_once()
    assert RawMail.objects.count() == LedgerEntry.objects.count(), "neither is committed without the other"
    imap.read_once()
    assert sorted(storage().read(mail.path) for mail in RawMail.objects.all()) == sorted(raws)
    assert LedgerEntry.objects.count() == 3
    assert (mailbox.count(), mailbox.count("Done")) == (0, 3)


@pytest.mark.django_db
def test_mails_stay_where_they_are_when_nothing_is_said_of_moving(mailbox: Dovecot) -> None:
    mailbox.deliver(letter(), letter())
    imap.read_once()
    assert mailbox.count() == 2
    assert imap.read_once() == imap.Round()


@pytest.mark.django_db
def test_mails_are_moved_only_when_they_are_stored(mailbox: Dovecot, settings: Any, monkeypatch: Any) -> None:
    settings.IMAP_DONE_FOLDER = "Оброблено"
    mailbox.deliver(letter("one"), letter("two"))
    real = Server.fetch

    def fetch(server: Server, mail: Any) -> Any:
        if mail.uid == 1:
            raise MailboxError("no-content")
        return real(server, mail)

    with monkeypatch.context() as patch:
        patch.setattr(Server, "fetch", fetch)
        done = imap.read_once()
    assert (done.stored, done.failed) == (1, 1)
    assert (mailbox.count(), mailbox.count("Оброблено")) == (1, 1)
    row = Mailbox.objects.get()
    assert (row.last_uid, row.error) == (0, "mail")
    alarm = Alarm.objects.get(closed_at=None)
    assert (alarm.key, alarm.data) == (f"mailbox-mail-not-read:{row.pk}", {"mailbox": row.pk, "uids": [1]})
    assert imap.read_once().stored == 1
    assert not Alarm.objects.filter(closed_at=None).exists()
    assert mailbox.count() == 0


@pytest.mark.django_db
def test_mail_that_is_numbered_anew_is_read_again_and_nothing_is_doubled(mailbox: Dovecot) -> None:
    mailbox.deliver(letter(), letter())
    imap.read_once()
    before = Mailbox.objects.get().uid_validity
    mailbox.number_anew()
    mailbox.deliver(letter())
    done = imap.read_once()
    assert (done.stored, done.known) == (1, 2)
    row = Mailbox.objects.get()
    assert row.uid_validity != before
    assert RawMail.objects.count() == 3
    assert row.entries.filter(uid_validity=row.uid_validity).count() == 3


@pytest.mark.django_db
def test_a_mail_put_back_from_the_other_folder_is_the_same_mail(mailbox: Dovecot, settings: Any) -> None:
    settings.IMAP_DONE_FOLDER = "Done"
    mailbox.deliver(letter())
    imap.read_once()
    with mailbox.client() as colleague:
        colleague.select_folder("Done")
        colleague.move([1], "INBOX")
    assert imap.read_once().known == 1
    assert RawMail.objects.count() == 1
    assert mailbox.count("Done") == 1


@pytest.mark.django_db(transaction=True)
def test_each_mail_costs_the_same_few_statements(mailbox: Dovecot) -> None:
    mailbox.deliver(letter())
    imap.read_once()
    counted = []
    for number in (20, 200):
        mailbox.deliver(*(letter() for _ in range(number)))
        with CaptureQueriesContext(connection) as queries:
            assert imap.read_once().stored == number
        counted.append([query["sql"] for query in queries if query["sql"] not in ("BEGIN", "COMMIT")])
    few, many = map(len, counted)
    assert many - few == 2 * (200 - 20), "one for the mail, one for its entry"
    assert few - 2 * 20 < 15


@pytest.mark.django_db(transaction=True)
def test_a_connection_lost_in_the_middle_is_healed(
    mailbox: Dovecot, reader: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    raws = [letter() for _ in range(6)]
    mailbox.deliver(*raws)
    real, fetched = Server.fetch, []

    def fetch(server: Server, mail: Any) -> Any:
        fetched.append(mail.uid)
        if len(fetched) == 3:
            server.client.socket().shutdown(2)
        return real(server, mail)

    monkeypatch.setattr(Server, "fetch", fetch)
    reader()
    wait_until(lambda: RawMail.objects.count() == 6, "all mails are stored")
    assert fetched == [1, 2, 3, 3, 4, 5, 6]
    assert LedgerEntry.objects.count() == 6
    wait_until(lambda: Mailbox.objects.get().error == "", "the mailbox is read again")


@pytest.mark.django_db(transaction=True)
def test_a_mail_that_always_breaks_the_connection_does_not_keep_the_others_out(
    mailbox: Dovecot, reader: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox.deliver(letter(), letter(), letter())
    real = Server.fetch

    def fetch(server: Server, mail: Any) -> Any:
        if mail.uid == 2:
            server.client.socket().shutdown(2)
        return real(server, mail)

    monkeypatch.setattr(Server, "fetch", fetch)
    reader()
    wait_until(lambda: Alarm.objects.filter(closed_at=None).exists(), "the alarm names the mail")
    assert Alarm.objects.get().data["uids"] == [2]
    assert set(LedgerEntry.objects.values_list("uid", flat=True)) == {1, 3}


@pytest.mark.django_db(transaction=True)
def test_mail_that_comes_while_the_reader_waits_is_read_at_once_and_after_a_restart_of_the_server(
    mailbox: Dovecot, reader: Callable[[], None], settings: Any
) -> None:
    settings.IMAP_POLL_SECONDS = 600
    reader()
    wait_until(lambda: Mailbox.objects.exclude(checked_at=None).exists(), "the mailbox is read")
    mailbox.deliver(letter())
    wait_until(lambda: RawMail.objects.count() == 1, "IDLE told of the mail", seconds=10)
    mailbox.stop()
    wait_until(lambda: Mailbox.objects.get().error == "not-reached", "the loss is noted", seconds=10)
    mailbox.start()
    mailbox.deliver(letter())
    wait_until(lambda: RawMail.objects.count() == 2, "the reader came back")
    wait_until(lambda: Mailbox.objects.get().error == "", "all is well again")


@pytest.mark.django_db(transaction=True)
def test_a_connection_to_the_database_that_is_cut_is_made_anew(
    mailbox: Dovecot, reader: Callable[[], None], settings: Any
) -> None:
    settings.IMAP_POLL_SECONDS = 1
    reader()
    wait_until(lambda: Mailbox.objects.exclude(checked_at=None).exists(), "the mailbox is read")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pid FROM {OUR_LOCKS}", [ledger.LOCK_CLASS])
        (pid,) = cursor.fetchone()
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    mailbox.deliver(letter())
    wait_until(lambda: RawMail.objects.count() == 1, "the reader came back")


@pytest.mark.django_db(transaction=True)
def test_two_readers_at_once_store_each_mail_once(mailbox: Dovecot, reader: Callable[[], None]) -> None:
    mailbox.deliver(*(letter() for _ in range(30)))
    reader()
    reader()
    wait_until(lambda: RawMail.objects.count() == 30, "all mails are stored")
    with pytest.raises(ledger.Busy):
        imap.read_once()
    assert LedgerEntry.objects.count() == 30
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {OUR_LOCKS}", [ledger.LOCK_CLASS])
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db
@pytest.mark.usefixtures("house")
def test_a_reply_from_the_mailbox_lands_on_its_ticket(mailbox: Dovecot) -> None:
    first = letter(message_id="first@hromada.example")
    mailbox.deliver(first, letter("And a cable.", answers="first@hromada.example"))
    imap.read_once()
    for mail in RawMail.objects.order_by("id"):
        processing.process(mail.pk)
    one, two = RawMail.objects.order_by("id")
    assert ticket_of(one) == ticket_of(two)
    assert Message.objects.filter(kind="inbound").count() == 2


@pytest.mark.django_db
def test_an_end_that_is_asked_for_is_kept_between_two_mails(mailbox: Dovecot, monkeypatch: Any) -> None:
    mailbox.deliver(*(letter() for _ in range(10)))
    stop, real = threading.Event(), store.keep

    def keep(*args: Any, **values: Any) -> RawMail:
        stop.set()
        return real(*args, **values)

    monkeypatch.setattr(store, "keep", keep)
    started = time.monotonic()
    assert imap.read_once(stop).stored == 1
    assert time.monotonic() - started < 5
    assert imap.read_once().stored == 9
