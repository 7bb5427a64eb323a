"""Which reports come by mail, each manager says for themselves."""

import pytest
from django.test import Client

from tickets.models import User


@pytest.mark.parametrize("wanted", [{}, {"weekly": "on"}, {"monthly": "on"}, {"weekly": "on", "monthly": "on"}])
def test_a_manager_chooses(client: Client, maria: User, wanted: dict[str, str]) -> None:
    client.force_login(maria)
    assert (maria.report_weekly, maria.report_monthly) == (True, True)
    assert "Saved." in client.post("/reports/by-mail/", wanted, follow=True).content.decode()
    maria.refresh_from_db()
    assert (maria.report_weekly, maria.report_monthly) == ("weekly" in wanted, "monthly" in wanted)
    assert client.get("/reports/by-mail/").content.decode().count(" checked") == len(wanted)


def test_an_agent_has_nothing_to_choose(client: Client, anna: User) -> None:
    client.force_login(anna)
    assert client.get("/reports/by-mail/").status_code == 403
    assert "by-mail" not in client.get("/reports/flow/").content.decode()


def test_looking_changes_nothing(client: Client, maria: User) -> None:
    client.force_login(maria)
    client.get("/reports/by-mail/?saved")
    maria.refresh_from_db()
    assert maria.report_weekly
