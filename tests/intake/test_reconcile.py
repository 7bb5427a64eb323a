"""The mailbox counted against the ledger, on a real Dovecot."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from intake import reconcile, tasks
from intake.models import LedgerEntry, Mailbox
from intake.sources import imap
from tests.dovecot import Dovecot
from tests.environment import free_port
from tests.intake.letters import letter
from tickets.models import Alarm

pytestmark = pytest.mark.django_db


def an_hour_ago() -> Any:
    return timezone.now() - timedelta(hours=1)


def open_alarm() -> Alarm | None:
    return Alarm.objects.filter(key__startswith="mailbox-differs", closed_at=None).first()


def test_a_mailbox_in_order_raises_no_alarm(mailbox: Dovecot) -> None:
    mailbox.deliver(letter(), letter(), at=an_hour_ago())
    imap.read_once()
    mailbox.deliver(letter())  # just now: it is on its way
    (count,) = reconcile.counts()
    assert (count.on_server, count.in_ledger, count.in_order) == (3, 2, True)
    assert tasks.reconcile_mailbox() == 0
    assert open_alarm() is None


def test_mail_that_nobody_read_is_named_until_it_is_read(mailbox: Dovecot) -> None:
    mailbox.deliver(*(letter("A secret need") for _ in range(5)), at=an_hour_ago())
    imap.read_once()
    LedgerEntry.objects.filter(uid__in=[2, 4, 5]).delete()
    assert tasks.reconcile_mailbox() == 1
    row = Mailbox.objects.get()
    alarm = open_alarm()
    assert alarm is not None
    assert alarm.data == {"mailbox": row.pk, "on_server": 5, "in_ledger": 2, "missing": "2, 4-5", "unmoved": ""}
    # Another difference is another alarm; the first look of a reader compares all and heals it.
    LedgerEntry.objects.filter(uid=1).delete()
    reconcile.reconcile()
    assert Alarm.objects.count() == 2
    assert open_alarm().data["missing"] == "1-2, 4-5"  # type: ignore[union-attr]
    assert imap.read_once().known == 4
    assert tasks.reconcile_mailbox() == 0
    assert open_alarm() is None


def test_mail_that_was_not_moved_is_named(mailbox: Dovecot, settings: Any) -> None:
    mailbox.deliver(letter(), letter(), at=an_hour_ago())
    imap.read_once()
    settings.IMAP_DONE_FOLDER = "Done"
    (count,) = reconcile.reconcile()
    assert (count.missing, count.unmoved) == ((), (1, 2))
    assert open_alarm() is not None
    imap.read_once()
    reconcile.reconcile()
    assert open_alarm() is None
    assert mailbox.count("Done") == 2


def test_mail_numbered_anew_that_was_not_read_since_is_missing(mailbox: Dovecot) -> None:
    mailbox.deliver(letter(), at=an_hour_ago())
    imap.read_once()
    before = Mailbox.objects.get().uid_validity
    mailbox.number_anew()
    (count,) = reconcile.counts()
    assert count.missing == (1,)
    assert Mailbox.objects.get().uid_validity == before, "counting changes nothing"


def test_what_staff_take_out_of_the_mailbox_is_no_difference(mailbox: Dovecot) -> None:
    mailbox.deliver(letter(), letter(), at=an_hour_ago())
    imap.read_once()
    with mailbox.client() as colleague:
        colleague.select_folder("INBOX")
        colleague.delete_messages([1])
        colleague.expunge()
    (count,) = reconcile.counts()
    assert (count.on_server, count.in_order) == (1, True)


def test_the_folder_of_sent_mail_is_counted_too(mailbox: Dovecot, settings: Any) -> None:
    settings.IMAP_SENT_FOLDER = "auto"
    mailbox.deliver(letter(), folder="Sent Items", at=an_hour_ago())
    inbox, sent = reconcile.counts()
    assert (inbox.in_order, sent.missing) == (True, (1,))


def test_a_server_that_is_away_is_no_difference(mailbox: Dovecot, settings: Any) -> None:
    settings.IMAP_PORT = free_port()
    assert tasks.reconcile_mailbox() == 0
    assert open_alarm() is None


@pytest.mark.parametrize(("uids", "words"), [((), ""), ((3,), "3"), ((1, 2, 3, 7, 9, 10), "1-3, 7, 9-10")])
def test_numbers_are_told_in_short(uids: tuple[int, ...], words: str) -> None:
    assert reconcile.ranges(uids) == words
