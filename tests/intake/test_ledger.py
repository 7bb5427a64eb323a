"""The cursor of the mailbox, and the alarm when nobody reads it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from intake import ledger, tasks
from intake.models import LedgerEntry, Mailbox
from tickets.models import Alarm

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(settings: Any) -> Mailbox:
    settings.IMAP_HOST, settings.IMAP_USER = "mail.example", "house"
    made = ledger.mailbox_of("INBOX")
    ledger.turn(made, 7)
    return made


def test_a_second_entry_for_the_same_mail_is_no_harm(row: Mailbox) -> None:
    ledger.enter(row, 5, None)
    ledger.enter(row, 5, None)
    assert LedgerEntry.objects.count() == 1
    assert ledger.entered(row, [4, 5, 6]) == {5}


def test_another_uidvalidity_begins_anew_and_keeps_the_old_entries(row: Mailbox) -> None:
    ledger.enter(row, 5, None)
    ledger.advance(row, 5)
    ledger.turn(row, 8)
    row.refresh_from_db()
    assert (row.uid_validity, row.last_uid) == (8, 0)
    assert ledger.entered(row, [5]) == set()
    ledger.turn(row, 7)
    assert ledger.entered(row, [5]) == {5}


def test_the_cursor_never_goes_back(row: Mailbox) -> None:
    ledger.advance(row, 9)
    ledger.advance(row, 3)
    row.refresh_from_db()
    assert row.last_uid == 9


def test_a_mailbox_that_is_not_read_for_long_is_an_alarm_until_it_is_read_again(row: Mailbox, settings: Any) -> None:
    now = timezone.now()
    assert tasks.watch_mailbox() is True
    ledger.failed(row, "sign-in")
    assert ledger.watch(now + timedelta(minutes=14)) is True
    settings.IMAP_POLL_SECONDS = 1500
    assert ledger.watch(now + timedelta(minutes=39)) is True, "the reader may wait so long between two looks"
    settings.IMAP_POLL_SECONDS = 60
    assert ledger.watch(now + timedelta(minutes=20)) is False
    assert ledger.watch(now + timedelta(minutes=21)) is False
    alarm = Alarm.objects.get()
    assert alarm.key == f"mailbox-silent:{row.pk}"
    assert (alarm.data["code"], alarm.data["mailbox"]) == ("sign-in", row.pk)
    ledger.read_to_end(row, failed=[])
    assert tasks.watch_mailbox() is True
    alarm.refresh_from_db()
    assert alarm.closed_at is not None


def test_a_reader_that_was_never_started_is_noticed_too(settings: Any) -> None:
    settings.IMAP_HOST, settings.IMAP_USER = "mail.example", "house"
    assert tasks.watch_mailbox() is True
    assert ledger.watch(timezone.now() + timedelta(hours=1)) is False
    assert Alarm.objects.get().data["code"] == "no-reader"


def test_without_a_mailbox_there_is_nothing_to_watch() -> None:
    assert tasks.watch_mailbox() is True
    assert tasks.reconcile_mailbox() == 0
    assert not Mailbox.objects.exists()
