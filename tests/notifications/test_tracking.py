import base64
import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from notifications import tracking
from notifications.delivery import Result, deliver
from notifications.models import OutgoingMail, Suppression
from notifications.outbox import Address
from notifications.tracking import record_bounce, record_complaint
from tests.making import NOW
from tests.notifications.sink import Sink
from tests.planning import disable

pytestmark = pytest.mark.django_db
OLENA, TARAS = "olena@hromada.example", "taras@rada.example"
DAY = timedelta(days=1)


@pytest.fixture
def sent(put: Any) -> OutgoingMail:
    """A mail to Olena with a copy to Taras, sent by a provider and settled."""
    mail: OutgoingMail = put(cc=[Address("", TARAS)])
    OutgoingMail.objects.update(state="sent", sent_at=NOW, provider_id="883953f4-6105", settled_at=NOW)
    mail.refresh_from_db()
    return mail


def read(mail: OutgoingMail) -> OutgoingMail:
    return OutgoingMail.objects.get(pk=mail.pk)


def bounce(name: str, **changes: Any) -> OutgoingMail | None:
    values: dict[str, Any] = {
        "recipient": OLENA,
        "given_up": True,
        "permanent": True,
        "detail": "550 5.1.1 no such user",
        "now": NOW,
    }
    return record_bounce(name, **{**values, **changes})


@pytest.mark.parametrize("by", ["message_id", "brackets", "provider_id"])
def test_a_bounce_finds_its_mail_by_our_name_or_the_providers(sent: OutgoingMail, by: str) -> None:
    names = {"message_id": sent.message_id, "brackets": f" <{sent.message_id}> ", "provider_id": sent.provider_id}
    assert bounce(names[by], recipient=OLENA.upper()) == sent
    marked = read(sent)
    assert (marked.bounce, marked.bounced_at, marked.bounce_detail) == ("hard", NOW, "550 5.1.1 no such user")
    assert marked.settled_at is None
    assert list(OutgoingMail.objects.unsettled()) == [sent]
    (dead,) = Suppression.objects.all()
    assert (dead.address, dead.reason, dead.mail_id, dead.expires_at) == (OLENA, "hard", sent.pk, NOW + 60 * DAY)


@pytest.mark.parametrize("name", ["", "<>", "unknown@example.org"])
def test_a_bounce_of_a_mail_that_is_not_ours_changes_nothing(sent: OutgoingMail, name: str) -> None:
    assert bounce(name) is None
    assert not Suppression.objects.exists()


def test_a_forged_report_cannot_suppress_an_address_that_the_mail_did_not_go_to(sent: OutgoingMail) -> None:
    assert bounce(sent.message_id, recipient="mayor@rada.example") is None
    assert read(sent).bounce == ""
    assert not Suppression.objects.exists()


def test_a_report_without_a_recipient_means_the_first(sent: OutgoingMail) -> None:
    assert bounce(sent.message_id, recipient="") == sent
    assert Suppression.objects.get().address == OLENA


def test_a_copy_that_came_back_suppresses_its_address_and_leaves_the_mail_delivered(sent: OutgoingMail) -> None:
    bounce(sent.message_id, recipient=TARAS)
    assert read(sent).bounce == "soft"
    assert Suppression.objects.get().address == TARAS


def test_the_same_report_twice_does_not_unsettle_twice(sent: OutgoingMail) -> None:
    bounce(sent.message_id)
    OutgoingMail.objects.update(settled_at=NOW)
    bounce(sent.message_id)
    assert read(sent).settled_at == NOW


def test_a_soft_bounce_does_not_soften_a_hard_one_and_a_hard_one_hardens(sent: OutgoingMail) -> None:
    bounce(sent.message_id, given_up=False, permanent=False)
    assert read(sent).bounce == "soft"
    bounce(sent.message_id)
    assert read(sent).bounce == "hard"
    bounce(sent.message_id, given_up=False, permanent=False)
    assert read(sent).bounce == "hard"


def test_a_mail_that_was_given_up_for_a_passing_cause_is_lost_and_its_address_is_not(sent: OutgoingMail) -> None:
    bounce(sent.message_id, permanent=False, detail="4.4.7 delivery time expired")
    assert (read(sent).bounce, read(sent).settled_at) == ("lost", None)
    assert not Suppression.objects.exists()
    bounce(sent.message_id, given_up=False, permanent=False)
    assert read(sent).bounce == "lost"
    bounce(sent.message_id)
    assert read(sent).bounce == "hard"


def test_three_soft_bounces_in_a_week_suppress_for_a_day(put: Any) -> None:
    mails = [put() for _ in range(4)]
    bounce(mails[0].message_id, given_up=False, permanent=False, now=NOW - 8 * DAY)
    bounce(mails[1].message_id, given_up=False, permanent=False)
    bounce(mails[2].message_id, given_up=False, permanent=False)
    assert not Suppression.objects.exists()
    bounce(mails[3].message_id, given_up=False, permanent=False)
    dead = Suppression.objects.get()
    assert (dead.reason, dead.expires_at) == ("soft", NOW + DAY)


def test_a_short_suppression_does_not_shorten_a_long_one(sent: OutgoingMail, put: Any) -> None:
    bounce(sent.message_id)
    for mail in [put() for _ in range(3)]:
        bounce(mail.message_id, given_up=False, permanent=False)
    assert (Suppression.objects.get().reason, Suppression.objects.get().expires_at) == ("hard", NOW + 60 * DAY)


def test_a_complaint_is_noted_and_ends_mail_to_that_address(sent: OutgoingMail, put: Any, sink: Sink) -> None:
    assert record_complaint(sent.message_id, recipient=OLENA, detail="spam", now=NOW) == sent
    assert read(sent).bounce == "complaint"
    assert deliver(put().pk, now=NOW) is Result.ENDED


# --- by the webhook of a provider ------------------------------------------------------------------------------------

BOUNCE = {
    "RecordType": "Bounce",
    "MessageStream": "outbound",
    "ID": 4323372036854775807,
    "Type": "HardBounce",
    "TypeCode": 1,
    "Name": "Hard bounce",
    "MessageID": "883953f4-6105",
    "Description": "The server was unable to deliver your message (ex: unknown user, mailbox not found).",
    "Details": "smtp;550 5.1.1 The email account that you tried to reach does not exist",
    "Email": OLENA,
    "From": "SupportUkraine@cor.europa.eu",
    "BouncedAt": "2026-11-23T09:00:00Z",
    "DumpAvailable": True,
    "Inactive": True,
    "CanActivate": True,
    "Subject": "Generators",
}


@pytest.fixture
def webhook(settings: Settings) -> Any:
    """Posts an event as Postmark does, with the user and password that its settings hold."""
    settings.ANYMAIL = {"WEBHOOK_SECRET": "hook:a-long-password"}

    def post(event: dict[str, Any], *, password: str = "hook:a-long-password") -> int:
        signed = "Basic " + base64.b64encode(password.encode()).decode()
        with time_machine.travel(NOW, tick=False):
            answer = Client().post(
                "/anymail/postmark/tracking/",
                json.dumps(event),
                content_type="application/json",
                headers={"Authorization": signed},
            )
        return answer.status_code

    return post


@pytest.mark.django_db(transaction=True)
def test_a_hard_bounce_by_webhook_marks_the_mail(sent: OutgoingMail, webhook: Any) -> None:
    assert webhook(BOUNCE) == 200
    assert (read(sent).bounce, read(sent).settled_at) == ("hard", None)
    assert "5.1.1" in read(sent).bounce_detail
    assert Suppression.objects.get().address == OLENA


def test_a_webhook_with_a_wrong_password_changes_nothing(sent: OutgoingMail, webhook: Any) -> None:
    assert webhook(BOUNCE, password="hook:guessed") == 400
    assert read(sent).bounce == ""


def test_a_bounce_by_webhook_whose_cause_may_pass_is_a_lost_mail(sent: OutgoingMail, webhook: Any) -> None:
    assert webhook({**BOUNCE, "Type": "SoftBounce", "Details": "smtp;452 4.2.2 mailbox full"}) == 200
    assert read(sent).bounce == "lost"
    assert not Suppression.objects.exists()


def test_a_rejection_by_webhook_is_hard(sent: OutgoingMail, webhook: Any) -> None:
    assert webhook({**BOUNCE, "Type": "BadEmailAddress", "Details": ""}) == 200
    assert read(sent).bounce == "hard"


def test_a_complaint_by_webhook_suppresses(sent: OutgoingMail, webhook: Any) -> None:
    event = {**BOUNCE, "RecordType": "SpamComplaint", "Type": "SpamComplaint", "TypeCode": 512}
    assert webhook(event) == 200
    assert read(sent).bounce == "complaint"
    assert Suppression.objects.get().reason == "complaint"


@pytest.mark.django_db(transaction=True)
def test_a_delivery_by_webhook_lifts_a_suppression(sent: OutgoingMail, webhook: Any) -> None:
    Suppression.objects.create(address=OLENA, reason="soft", expires_at=NOW + DAY)
    event = {
        "RecordType": "Delivery",
        "MessageID": sent.provider_id,
        "Recipient": OLENA,
        "DeliveredAt": "2026-11-23T09:00:00Z",
        "Details": "Test delivery webhook details",
    }
    assert webhook(event) == 200
    assert not Suppression.objects.exists()
    assert read(sent).bounce == ""


def test_an_event_about_a_foreign_mail_is_taken_and_forgotten(sent: OutgoingMail, webhook: Any) -> None:
    assert webhook({**BOUNCE, "MessageID": "another"}) == 200
    assert read(sent).bounce == ""


def test_the_provider_signal_is_connected_once() -> None:
    ours = [r for r in tracking.tracking.receivers if r[0][0] == "notifications.tracking"]
    assert len(ours) == 1


def test_a_report_finds_its_mail_by_indexes(sent: OutgoingMail) -> None:
    disable("seqscan")
    plan = OutgoingMail.objects.named("883953f4-6105").explain()
    assert "mail_by_provider_id" in plan
    assert "mail_message_id_unique" in plan
