import re
from typing import Any

import pytest
from django.test import Client

from tests import making
from tickets import links
from tickets.models import Event, Queue, Ticket, Topic, User


@pytest.fixture
def ticket(anna: User) -> Ticket:
    return making.opened()


def post(client: Client, ticket: Ticket, name: str, **data: Any) -> Any:
    return client.post(f"/desk/tickets/{ticket.reference}/{name}/", data)


def toast(client: Client, address: str = "/desk/") -> str:
    """The notices of the next page."""
    return client.get(address).content.decode().partition('class="toasts"')[2].partition("<main")[0]


def test_each_menu_does_one_act_and_leaves_one_event(desk: Client, ticket: Ticket, anna: User) -> None:
    topic = Topic.objects.get(code="energy")
    acts: list[tuple[str, dict[str, Any], str, object]] = [
        ("assign", {"assignee": anna.pk}, "assignee", anna),
        ("status", {"status": "open"}, "status", "open"),
        ("status", {"status": "pending", "waiting_for": "third_party"}, "waiting_for", "third_party"),
        ("priority", {"priority": "4"}, "priority", 4),
        ("danger", {"danger": "1"}, "danger_to_life", True),
        ("topic", {"topic": topic.pk}, "topic", topic),
        ("kind", {"kind": "offer"}, "kind", "offer"),
        ("region", {"region": "UA-59"}, "country", "UA"),
        ("language", {"language": "lv"}, "language", "lv"),
        ("reply-language", {"language": "fr"}, "reply_language", "fr"),
        ("accepted-languages", {"languages": ["uk", "en"]}, "accepted_languages", ["uk", "en"]),
    ]
    for name, data, field, value in acts:
        before = Event.objects.filter(ticket=ticket, actor=anna).count()
        answer = post(desk, ticket, name, **data)
        assert answer.headers["Location"] == f"/desk/tickets/{ticket.reference}/"
        ticket.refresh_from_db()
        assert getattr(ticket, field) == value
        assert Event.objects.filter(ticket=ticket, actor=anna).count() == before + 1


@pytest.mark.parametrize(
    ("name", "data", "field", "before"),
    [
        ("assign", {"assignee": "{anna}"}, "assignee_id", None),
        ("priority", {"priority": "4"}, "priority", 2),
        ("danger", {"danger": "1"}, "danger_to_life", False),
        ("topic", {"topic": "{topic}"}, "topic_id", None),
        ("kind", {"kind": "offer"}, "kind", "enquiry"),
        ("region", {"region": "UA-59"}, "region_id", None),
        ("region", {"region": "UA-59"}, "country", ""),
        ("organisation", {"organisation": "Example charity"}, "organisation_id", None),
        ("language", {"language": "lv"}, "language", "en"),
        ("language", {"language": "lv"}, "reply_language", "en"),
        ("reply-language", {"language": "fr"}, "reply_language", "en"),
        ("accepted-languages", {"languages": "uk,fr"}, "accepted_languages", []),
        ("spam", {}, "status", "new"),
    ],
)
def test_the_toast_takes_an_act_back(
    desk: Client, ticket: Ticket, anna: User, name: str, data: dict[str, str], field: str, before: object
) -> None:
    numbers = {"anna": anna.pk, "topic": Topic.objects.get(code="energy").pk}
    post(desk, ticket, name, **{key: value.format(**numbers) for key, value in data.items()})
    ticket.refresh_from_db()
    assert getattr(ticket, field) != before
    undo = toast(desk, f"/desk/tickets/{ticket.reference}/").partition("</form>")[0]
    action = re.search(r'action="([^"]+)"', undo)
    assert action
    desk.post(action[1], dict(re.findall(r'name="(\w+)" value="([^"]*)"', undo)))
    ticket.refresh_from_db()
    assert getattr(ticket, field) == before


def test_a_language_that_is_recognised_but_not_offered_is_put_back(desk: Client, anna: User) -> None:
    ticket = making.opened(language="ru")
    post(desk, ticket, "language", language="uk")
    assert post(desk, ticket, "language", language="ru").status_code == 302
    ticket.refresh_from_db()
    assert (ticket.language, ticket.reply_language) == ("ru", "ru")


def test_the_page_tells_in_which_language_to_reply_and_what_else_the_partner_reads(
    desk: Client, ticket: Ticket
) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(language="pl", reply_language="pl")
    post(desk, ticket, "accepted-languages", languages=["uk", "fr"])
    page = desk.get(f"/desk/tickets/{ticket.reference}/").content.decode()
    assert 'Reply in:</span> <span lang="pl" translate="no">polski' in page
    assert '<span lang="uk" translate="no">українська</span>, <span lang="fr" translate="no">français</span>' in page
    assert "greeting and signature in українська" in page
    history = desk.get(f"/desk/tickets/{ticket.reference}/history/").content.decode()
    assert "wrote down what else the partner reads: українська, français" in history


def test_ending_a_ticket_without_an_outcome_keeps_what_was_typed(desk: Client, ticket: Ticket) -> None:
    answer = post(desk, ticket, "status", status="closed", reason="They called.")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "choose an outcome" in page
    assert 'value="They called."' in page
    assert '<details class="menu" data-key="s" open>' in page
    answer = post(desk, ticket, "status", status="closed", outcome="withdrawn")
    assert "write a reason" in answer.content.decode()
    assert '<option value="withdrawn" selected>' in answer.content.decode()
    post(desk, ticket, "status", status="closed", outcome="withdrawn", reason="They called.")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.outcome, ticket.outcome_reason) == ("closed", "withdrawn", "They called.")
    post(desk, ticket, "status", status="open")
    ticket.refresh_from_db()
    assert ticket.status == "open"


@pytest.mark.parametrize(
    ("name", "data", "status"),
    [
        ("status", {"status": "lost"}, 422),
        ("status", {"status": "merged"}, 409),
        ("priority", {"priority": "9"}, 409),
        ("priority", {"priority": "²"}, 409),
        ("kind", {"kind": "joke"}, 409),
        ("language", {"language": "xx"}, 404),
        ("reply-language", {"language": "xx"}, 404),
        ("accepted-languages", {"languages": "uk,xx"}, 404),
        ("topic", {"topic": "99999"}, 404),
        ("queue", {"queue": ""}, 404),
        ("assign", {"assignee": "99999"}, 404),
        ("unspam", {}, 404),
        ("not-spam", {}, 409),
    ],
)
def test_nonsense_is_refused_and_changes_nothing(
    desk: Client, ticket: Ticket, name: str, data: dict[str, str], status: int
) -> None:
    before = Event.objects.count()
    assert post(desk, ticket, name, **data).status_code == status
    assert Event.objects.count() == before


def test_somebody_who_left_is_not_offered_and_not_taken(desk: Client, ticket: Ticket) -> None:
    gone = making.staff("Gone Colleague", is_active=False)
    assert "Gone Colleague" not in desk.get(f"/desk/tickets/{ticket.reference}/").content.decode()
    answer = post(desk, ticket, "assign", assignee=gone.pk)
    assert answer.status_code == 409
    assert "no longer works here" in answer.content.decode()


def test_a_ticket_moved_out_of_sight_leads_back_to_the_list(desk: Client, ticket: Ticket) -> None:
    closed = Queue.objects.get(code="data-protection")
    answer = post(desk, ticket, "queue", queue=closed.pk)
    assert answer.headers["Location"] == "/desk/"
    assert "You do not see the ticket any more." in toast(desk)
    assert desk.get(f"/desk/tickets/{ticket.reference}/").status_code == 404


def test_in_a_restricted_queue_only_its_members_are_offered(desk: Client, ticket: Ticket, anna: User) -> None:
    queue = Queue.objects.get(code="complaints")
    making.staff("Outside Colleague")
    queue.members.add(anna, making.staff("Inside Colleague"))
    post(desk, ticket, "queue", queue=queue.pk)
    page = desk.get(f"/desk/tickets/{ticket.reference}/").content.decode()
    assert "Inside Colleague" in page
    assert "Outside Colleague" not in page


def test_a_sensitive_ticket_is_marked_and_opened_again(client: Client, ticket: Ticket, maria: User) -> None:
    client.force_login(maria)
    post(client, ticket, "sensitive", sensitive="1")
    page = client.get(f"/desk/tickets/{ticket.reference}/").content.decode()
    assert "Reading it is recorded." in page
    post(client, ticket, "sensitive", sensitive="0")
    ticket.refresh_from_db()
    assert not ticket.sensitive


def test_tracking_links_are_closed(desk: Client, ticket: Ticket) -> None:
    post(desk, ticket, "revoke-links")
    assert not ticket.tracking_links.filter(revoked_at=None).exists()
    assert "1 tracking link is closed." in toast(desk, f"/desk/tickets/{ticket.reference}/")
    assert links.revoke_links(ticket, now=making.NOW) == 0


def test_a_get_changes_nothing(desk: Client, ticket: Ticket) -> None:
    sorting = [
        "assign",
        "status",
        "priority",
        "topic",
        "queue",
        "kind",
        "language",
        "reply-language",
        "accepted-languages",
        "sensitive",
    ]
    for name in [*sorting, "reply", "note", "spam", "not-spam", "revoke-links"]:
        assert desk.get(f"/desk/tickets/{ticket.reference}/{name}/").status_code == 405
