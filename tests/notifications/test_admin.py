from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from notifications.delivery import deliver
from notifications.models import OutgoingMail, Suppression
from tests.making import NOW, staff

pytestmark = pytest.mark.django_db
LIST = "/admin/notifications/outgoingmail/"


@pytest.fixture
def administrator() -> Client:
    client = Client()
    client.force_login(staff(role="administrator", is_superuser=True))
    return client


@pytest.fixture
def onlooker() -> Client:
    """May look at the outbox and do nothing."""
    person = staff(role="administrator")
    person.user_permissions.add(Permission.objects.get(codename="view_outgoingmail"))
    client = Client()
    client.force_login(person)
    return client


def act(client: Client, name: str, *mails: OutgoingMail) -> Any:
    return client.post(LIST, {"action": name, "_selected_action": [mail.pk for mail in mails]}, follow=True)


def test_the_outbox_is_listed_by_state_and_shows_what_became_of_a_mail_but_not_what_it_says(
    administrator: Client, put: Any
) -> None:
    mail = put(text="two generators", subject="Our letter")
    OutgoingMail.objects.filter(pk=put().pk).update(state="failed", error="refused")
    assert "refused" not in administrator.get(LIST, {"state": "queued"}).content.decode()
    assert "refused" in administrator.get(LIST, {"state": "failed"}).content.decode()
    page = administrator.get(reverse("admin:notifications_outgoingmail_change", args=[mail.pk]))
    assert "two generators" not in page.content.decode()
    assert "Our letter" not in page.content.decode()
    assert 'name="_save"' not in page.content.decode()


def test_nobody_adds_changes_or_deletes_a_mail(administrator: Client, put: Any) -> None:
    mail = put()
    for part in ("add/", f"{mail.pk}/delete/"):
        assert administrator.get(LIST + part).status_code == 403
    assert administrator.post(f"{LIST}{mail.pk}/change/", {"subject": "another"}).status_code == 403


def test_a_failed_mail_is_sent_again_and_a_sent_one_is_not(administrator: Client, put: Any) -> None:
    failed, sent = put(), put()
    OutgoingMail.objects.filter(pk=failed.pk).update(state="failed")
    OutgoingMail.objects.filter(pk=sent.pk).update(state="sent", sent_at=NOW)
    page = act(administrator, "act_send_again", failed, sent).content.decode()
    assert "1 mail will be sent again." in page
    assert "1 mail is in a state that does not allow it." in page
    assert OutgoingMail.objects.get(pk=failed.pk).state == "queued"
    assert OutgoingMail.objects.get(pk=sent.pk).state == "sent"


def test_a_waiting_mail_is_cancelled(administrator: Client, put: Any) -> None:
    mail = put()
    assert "1 mail is cancelled." in act(administrator, "act_cancel", mail).content.decode()
    assert OutgoingMail.objects.get().state == "cancelled"


def test_who_may_only_look_cannot_act(onlooker: Client, put: Any) -> None:
    mail = put()
    assert onlooker.get(LIST).status_code == 200
    act(onlooker, "act_cancel", mail)
    assert OutgoingMail.objects.get().state == "queued"


def test_the_file_of_a_mail_is_a_download_for_those_who_may_see_it(
    administrator: Client, onlooker: Client, put: Any, settings: Settings, tmp_path: Path
) -> None:
    settings.MAIL_OUT, settings.EMAIL_FILE_PATH = "files", str(tmp_path)
    settings.EMAIL_BACKEND = "notifications.filebackend.FileBackend"
    mail, unsent = put(), put()
    deliver(mail.pk, now=NOW)
    address = reverse("admin:notifications_outgoingmail_file", args=[mail.pk])
    page = administrator.get(reverse("admin:notifications_outgoingmail_change", args=[mail.pk]))
    assert address in page.content.decode()
    answer = onlooker.get(address)
    assert mail.message_id.encode() in b"".join(answer.streaming_content)
    assert answer["Content-Disposition"].startswith("attachment")
    assert administrator.get(reverse("admin:notifications_outgoingmail_file", args=[unsent.pk])).status_code == 404
    outsider = Client()
    outsider.force_login(staff(role="administrator"))
    assert outsider.get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_a_suppression_is_deleted_and_never_made_by_hand(administrator: Client) -> None:
    dead = Suppression.objects.create(address="olena@hromada.example", reason="hard", expires_at=NOW)
    page = "/admin/notifications/suppression/"
    assert "olena@hromada.example" in administrator.get(page).content.decode()
    assert administrator.get(page + "add/").status_code == 403
    administrator.post(f"{page}{dead.pk}/delete/", {"post": "yes"})
    assert not Suppression.objects.exists()
