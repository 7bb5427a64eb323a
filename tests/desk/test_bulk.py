"""What is selected in a list is acted on at once, and taken back at once."""

from typing import Any

import pytest
from django.test import Client

from tests import making
from tests.desk.test_lists import subjects
from tickets.models import Event, Queue, Ticket, Topic, User


def post(desk: Client, tickets: list[Ticket], **fields: Any) -> Any:
    """Press a button of the bar, on the list of what nobody has."""
    data = {"ticket": [ticket.pk for ticket in tickets], "place": "view=unassigned", **fields}
    return desk.post("/desk/bulk/", data, follow=True)


def undo(desk: Client, page: Any) -> Any:
    """Press the button of the notice."""
    content = page.content.decode()
    assert 'action="/desk/bulk/undo/"' in content
    batch = content.partition('name="batch" value="')[2].partition('"')[0]
    return desk.post("/desk/bulk/undo/", {"batch": batch, "place": "view=unassigned"}, follow=True)


def test_many_are_assigned_and_given_back_in_one_step_each(desk: Client, anna: User) -> None:
    tickets = [making.opened(subject=str(number)) for number in range(3)]
    page = post(desk, tickets[:2], assignee=anna.pk)
    assert page.redirect_chain == [("/desk/?view=unassigned", 302)]
    assert "2 tickets are yours now." in page.content.decode()
    assert subjects(desk, "/desk/?view=unassigned") == ["2"]
    assert Event.objects.exclude(batch=None).values("batch").distinct().count() == 1
    page = undo(desk, page)
    assert "2 tickets are as before." in page.content.decode()
    assert len(subjects(desk, "/desk/?view=unassigned")) == 3


@pytest.mark.parametrize(
    ("fields", "after", "words"),
    [
        ({"status": "open"}, {"status": "open"}, "1 ticket is changed."),
        ({"pending": "third_party"}, {"status": "pending", "waiting_for": "third_party"}, "1 ticket is changed."),
        ({"status": "solved", "outcome": "answered", "reason": ""}, {"status": "solved"}, "1 ticket is changed."),
        ({"spam": "1"}, {"status": "spam"}, "1 ticket is put aside as spam."),
    ],
)
def test_each_act_of_the_bar_does_what_it_says(
    desk: Client, fields: dict[str, str], after: dict[str, str], words: str
) -> None:
    ticket = making.opened()
    page = post(desk, [ticket], **fields)
    assert words in page.content.decode()
    assert Ticket.objects.filter(pk=ticket.pk, **after).exists()
    undo(desk, page)
    assert Ticket.objects.get(pk=ticket.pk).status == "new"


def test_topics_are_set_and_taken_away(desk: Client) -> None:
    ticket, topic = making.opened(), Topic.objects.get(code="energy")
    post(desk, [ticket], topic=topic.pk)
    assert Ticket.objects.get(pk=ticket.pk).topic == topic
    assert "They were like that already." in post(desk, [ticket], topic=topic.pk).content.decode()
    post(desk, [ticket], topic="")
    assert Ticket.objects.get(pk=ticket.pk).topic is None


def test_tags_are_added_and_taken_back(desk: Client) -> None:
    one, two = making.opened(), making.opened()
    page = post(desk, [one, two], tagged="1", tags="winter, energy")
    assert "2 tickets are changed." in page.content.decode()
    assert [tag.name for tag in two.tags.all()] == ["energy", "winter"]
    undo(desk, page)
    assert not one.tags.exists()
    assert not two.tags.exists()


def test_what_is_missing_is_said_at_its_menu_and_the_selection_stays(desk: Client) -> None:
    one, two = making.opened(), making.opened()
    page = post(desk, [one], status="solved", outcome="withdrawn", reason="")
    assert page.status_code == 409
    content = page.content.decode()
    assert '<details class="menu" data-key="s" open>' in content
    assert "write a reason" in content
    assert '<option value="withdrawn" selected>' in content
    assert f'value="{one.pk}" aria-label="{one.reference}" checked' in content
    assert f'value="{two.pk}" aria-label="{two.reference}">' in content
    assert Ticket.objects.get(pk=one.pk).status == "new"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"status": "lost"}, "Choose a status from the list."),
        ({}, "Choose what to do with the tickets."),
        ({"ticket": [], "spam": "1"}, "Select tickets first."),
        ({"tagged": "1", "tags": " , "}, "Enter a tag."),
    ],
)
def test_what_cannot_be_understood_is_refused(desk: Client, fields: dict[str, Any], words: str) -> None:
    page = post(desk, [making.opened()], **fields)
    assert (page.status_code, words in page.content.decode()) == (409, True)


def test_what_some_tickets_refuse_is_told_by_their_references(desk: Client, anna: User) -> None:
    open_to_all, closed = making.opened(), making.opened()
    queue = Queue.objects.get(code="complaints")
    queue.members.add(anna)
    Ticket.objects.filter(pk=closed.pk).update(queue=queue)
    page = post(desk, [open_to_all, closed], assignee=making.staff("Ben Colleague").pk).content.decode()
    assert "Ben Colleague has 1 more ticket now." in page
    assert f"1 ticket is left as it was ({closed.reference})" in page


def test_what_one_may_not_see_is_not_touched(desk: Client, anna: User) -> None:
    hidden, shown = making.opened(), making.opened()
    Ticket.objects.filter(pk=hidden.pk).update(sensitive=True)
    assert "1 ticket is yours now." in post(desk, [hidden, shown], assignee=anna.pk).content.decode()
    assert Ticket.objects.get(pk=hidden.pk).assignee is None


def test_nobody_takes_back_what_another_did(desk: Client, maria: User) -> None:
    ticket = making.opened()
    page = post(desk, [ticket], spam="1")
    desk.force_login(maria)
    assert "There is nothing to take back." in undo(desk, page).content.decode()
    assert Ticket.objects.get(pk=ticket.pk).status == "spam"
    assert desk.post("/desk/bulk/undo/", {"batch": "nonsense"}).status_code == 404


def test_a_forged_place_leads_nowhere_else(desk: Client) -> None:
    page = desk.post("/desk/bulk/", {"ticket": making.opened().pk, "spam": "1", "place": "//evil.example/?view=spam"})
    assert page.headers["Location"].startswith("/desk/?")


def test_many_become_one_and_are_taken_apart(desk: Client) -> None:
    first, second = making.opened(), making.opened()
    page = post(desk, [first, second], merge="1", other="")
    assert "1 ticket is merged." in page.content.decode()
    assert Ticket.objects.get(pk=second.pk).merged_into == first
    assert "1 ticket is as before." in undo(desk, page).content.decode()
    assert Ticket.objects.get(pk=second.pk).status == "new"


def test_into_which_one_is_said_by_its_reference_and_a_wrong_one_at_the_menu(desk: Client) -> None:
    first, second, target = making.opened(), making.opened(), making.opened()
    post(desk, [first, second], merge="1", other=target.reference.lower())
    assert set(Ticket.objects.filter(merged_into=target)) == {first, second}
    page = post(desk, [target], merge="1", other="SU-2026-999999")
    assert page.status_code == 409
    assert "We know no ticket of this reference." in page.content.decode()
    assert "Select two tickets at least" in post(desk, [target], merge="1", other="").content.decode()
