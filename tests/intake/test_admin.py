import pytest
from django.test import Client
from django.utils import timezone

from intake import store
from intake.models import Mailbox, RawMail
from tests.intake.letters import letter, received, stored, ticket_of
from tests.making import staff
from tickets.models import Event, Queue, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


@pytest.fixture
def administrator(client: Client) -> Client:
    client.force_login(staff(role="administrator"))
    return client


def test_an_administrator_follows_a_mail(administrator: Client) -> None:
    mail = received(letter())
    listed = administrator.get("/admin/intake/rawmail/").content.decode()
    assert ticket_of(mail).reference in listed
    shown = administrator.get(f"/admin/intake/rawmail/{mail.pk}/change/").content.decode()
    assert "The same message is here already" in shown
    assert f"/admin/intake/rawmail/{mail.pk}/raw/" in shown


def test_nothing_can_be_edited_added_or_deleted(administrator: Client) -> None:
    mail = received(letter())
    assert administrator.post(f"/admin/intake/rawmail/{mail.pk}/change/", {"state": "failed"}).status_code == 403
    assert administrator.get("/admin/intake/rawmail/add/").status_code == 403
    assert administrator.get(f"/admin/intake/rawmail/{mail.pk}/delete/").status_code == 403


def test_the_raw_mail_is_downloaded_byte_for_byte(administrator: Client) -> None:
    raw = letter()
    mail = received(raw)
    response = administrator.get(f"/admin/intake/rawmail/{mail.pk}/raw/")
    assert b"".join(response.streaming_content) == raw  # type: ignore[attr-defined]
    assert response["Content-Disposition"] == f'attachment; filename="mail-{mail.pk}.eml"'
    assert "no-store" in response["Cache-Control"]


def test_what_a_provider_posted_is_downloaded_byte_for_byte(administrator: Client) -> None:
    body = store.Request(b'{"TextBody": "We need buses."}', "application/json")
    made = store.keep(
        letter(), source="webhook", envelope_from="", envelope_to=[], received_at=timezone.now(), request=body
    )
    shown = administrator.get(f"/admin/intake/rawmail/{made.pk}/change/").content.decode()
    assert f"/admin/intake/rawmail/{made.pk}/request/" in shown
    response = administrator.get(f"/admin/intake/rawmail/{made.pk}/request/")
    assert b"".join(response.streaming_content) == body.content  # type: ignore[attr-defined]
    assert response["Content-Disposition"].startswith("attachment")


def test_a_mail_that_came_by_smtp_has_no_posted_body(administrator: Client) -> None:
    mail = received(letter())
    assert administrator.get(f"/admin/intake/rawmail/{mail.pk}/request/").status_code == 404


def test_reading_the_raw_mail_of_a_sensitive_ticket_is_recorded(administrator: Client) -> None:
    mail = received(letter())
    Ticket.objects.filter(pk=ticket_of(mail).pk).update(sensitive=True)
    response = administrator.get(f"/admin/intake/rawmail/{mail.pk}/raw/")
    assert b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert Event.objects.filter(ticket=ticket_of(mail), verb="viewed").count() == 1


def test_a_ticket_in_a_restricted_queue_hides_its_mail_from_outsiders(administrator: Client) -> None:
    mail = received(letter())
    closed = Queue.objects.create(code="closed", name="Closed", restricted=True)
    Ticket.objects.filter(pk=ticket_of(mail).pk).update(queue=closed)
    assert administrator.get(f"/admin/intake/rawmail/{mail.pk}/raw/").status_code == 404
    assert administrator.get(f"/admin/intake/rawmail/{mail.pk}/change/").status_code == 403


@pytest.mark.parametrize("role", ["agent", "manager"])
def test_others_than_administrators_stay_outside(client: Client, role: str) -> None:
    mail = stored(letter())
    client.force_login(staff(role=role))
    for page in ("", f"{mail.pk}/change/", f"{mail.pk}/raw/"):
        assert client.get(f"/admin/intake/rawmail/{page}").status_code in (302, 403, 404)


def test_failed_and_ignored_mails_are_processed_again_by_an_action(administrator: Client) -> None:
    failed, done = stored(letter()), received(letter())
    RawMail.objects.filter(pk=failed.pk).update(state="failed")
    chosen = {"action": "reprocess", "_selected_action": [failed.pk, done.pk]}
    response = administrator.post("/admin/intake/rawmail/", chosen, follow=True)
    assert "1 mail is processed again." in response.content.decode()
    failed.refresh_from_db()
    done.refresh_from_db()
    assert (failed.state, done.state) == ("received", "processed")


def test_an_administrator_sees_how_far_the_mailbox_is_read_and_changes_nothing(administrator: Client) -> None:
    row = Mailbox.objects.create(name="house@mail.example", folder="INBOX", last_uid=4711, error="sign-in")
    listed = administrator.get("/admin/intake/mailbox/").content.decode()
    assert "4711" in listed
    assert "sign-in" in listed
    assert administrator.post(f"/admin/intake/mailbox/{row.pk}/change/", {"last_uid": 1}).status_code == 403
    assert administrator.get("/admin/intake/mailbox/add/").status_code == 403
    assert administrator.get(f"/admin/intake/mailbox/{row.pk}/delete/").status_code == 403
