"""Each chooses of what to be reminded."""

from typing import Any

from django.test import Client

from tests.making import staff
from tickets.models import User

PAGE = "/desk/profile/reminders/"


def words(page: Any) -> str:
    return " ".join(page.content.decode().split())


def test_all_is_on_until_somebody_chooses(desk: Client, anna: User) -> None:
    page = words(desk.get(PAGE))
    assert page.count("checked") == 4
    assert "What is overdue (must not be missed)" in page
    page = words(desk.post(PAGE, {"wanted": ["today", "overdue"]}, follow=True))
    assert "Your reminders are saved." in page
    assert page.count("checked") == 2
    assert User.objects.get(pk=anna.pk).reminders_off == ["soon", "danger"]
    assert PAGE in words(desk.get("/desk/profile/"))


def test_managers_choose_what_managers_get(client: Client, anna: User) -> None:
    client.force_login(staff("Maria Manager", role="manager"))
    assert "nears the last date in law" in words(client.get(PAGE))
    client.force_login(anna)
    assert "nears the last date in law" not in words(client.get(PAGE))


def test_what_is_not_offered_is_refused_and_changes_nothing(desk: Client, anna: User) -> None:
    assert desk.post(PAGE, {"wanted": ["escalated"]}).status_code == 422
    assert User.objects.get(pk=anna.pk).reminders_off == []
