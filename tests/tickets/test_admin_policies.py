"""An administrator sees what a change of a policy moves before it is made."""

from typing import Any

import pytest
from django.test import Client

from tests import making
from tickets.models import Policy, RulesChange, User

PAGE = "/admin/tickets/policy/"


@pytest.fixture
def ada(client: Client, reference_data: None) -> User:
    """An administrator, signed in."""
    person = making.staff("Ada Administrator", role="administrator")
    client.force_login(person)
    return person


def filled(policy: Policy, **changes: Any) -> dict[str, Any]:
    values = {
        name: getattr(policy, name)
        for name in ("name", "duty", "count", "unit", "extension_count", "extension_unit", "source", "position")
    }
    return {**values, "active": "on", **changes}


def test_what_moves_is_told_and_saved_once_it_was_read(client: Client, ada: User) -> None:
    making.opened()
    policy = Policy.objects.get(code="reply")
    address = f"{PAGE}{policy.pk}/change/"
    warned = client.post(address, filled(policy, count=10)).content.decode()
    assert "1 open deadline moves. 1 partner was told another date, which stays;" in warned
    assert not RulesChange.objects.exists()
    saved = client.post(address, filled(policy, count=10, confirmed="on"), follow=True).content.decode()
    assert "Open deadlines are measured again in the next minutes." in saved
    assert RulesChange.objects.get().changed_by == ada
    shown = client.get("/admin/tickets/ruleschange/").content.decode()
    assert "0 of 3" in shown


def test_what_moves_nothing_is_saved_at_once(client: Client, ada: User) -> None:
    making.opened()
    policy = Policy.objects.get(code="reply")
    assert client.post(f"{PAGE}{policy.pk}/change/", filled(policy, name="Fifteen days")).status_code == 302
    policy.refresh_from_db()
    assert policy.name == "Fifteen days"


def test_only_an_acknowledgement_is_due_at_once(client: Client, ada: User) -> None:
    policy = Policy.objects.get(code="reply")
    refused = client.post(f"{PAGE}{policy.pk}/change/", filled(policy, count=0)).content.decode()
    assert "Only an acknowledgement can be due at once." in refused


def test_the_list_says_when_and_for_which_requests_in_words(client: Client, ada: User) -> None:
    page = client.get(PAGE).content.decode()
    for words in ("at once", "14 days", "15 working days, to be extended by 15 working days", "1 month", "Complaints"):
        assert words in page, words
    assert "Need · danger to life" in page


def test_a_new_closing_day_says_which_deadlines_it_moves(client: Client, ada: User) -> None:
    making.opened()
    day = {"calendar": "eu-institutions", "date": "2026-12-01", "name": "Extra day", "source": ""}
    page = client.post("/admin/tickets/holiday/add/", day, follow=True).content.decode()
    assert "1 open deadline moves." in page
    assert RulesChange.objects.get().calendar_version is not None


def test_a_manager_changes_no_policy(client: Client, reference_data: None) -> None:
    client.force_login(making.staff(role="manager"))
    assert client.get(PAGE).status_code == 403
