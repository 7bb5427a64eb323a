"""Triage mode: one new ticket after the other, each sorted with one post that can be taken back."""

import re
from typing import Any

import pytest
from django.test import Client

from tests import making
from tests.desk.sheets import read_sheet
from tickets.actions import triage
from tickets.actions.record import SYSTEM, Actor
from tickets.incoming import Details
from tickets.models import Event, Hromada, Organisation, Queue, Region, Ticket, User

URL = "/desk/triage/"
LEBEDYN = "UA59080110000034361"
LETTER = "Просимо допомогти: потрібні генератори.\n\nЗ повагою\nЛебединська міська рада"
SIGNED = LETTER.index("З повагою")


@pytest.fixture
def ticket(anna: User) -> Ticket:
    """A letter of a hromada that the tables know."""
    region = Region.objects.get(code="UA-59")
    Hromada.objects.create(
        katottg=LEBEDYN, region=region, name="Lebedynska", name_uk="Лебединська", raion_uk="Сумський"
    )
    return making.opened(subject="Генератори для лікарні", text=LETTER, quote_start=SIGNED, language="uk")


def get(desk: Client, query: str = "") -> str:
    return desk.get(URL + query).content.decode()


def post(desk: Client, ticket: Ticket, **fields: Any) -> Any:
    return desk.post(f"{URL}{ticket.reference}/", fields, follow=True)


def undo(desk: Client, page: str) -> Any:
    """Press the button of the notice."""
    notice = page.partition('class="toasts"')[2].partition("</form>")[0]
    return desk.post(f"{URL}undo/", dict(re.findall(r'name="(\w+)" value="([^"]*)"', notice)), follow=True)


def picture(ticket: Ticket) -> dict[str, Any]:
    return Ticket.objects.values().get(pk=ticket.pk)


def test_what_is_surely_right_is_chosen_beforehand_with_its_reason(desk: Client, ticket: Ticket) -> None:
    page = get(desk)
    chosen = {name: row.chosen for name, row in read_sheet(page).rows.items()}
    places = {"region": "UA-59", "organisation": LEBEDYN}
    assert chosen == {"kind": "need", "topic": "energy", **places, "queue": "general", "assignee": ""}
    assert "Words: Генератори" in page
    assert "Below the letter: Лебединська міська" in page
    assert "Лебединська hromada (Сумський raion)" in page
    assert "0 of 1 sorted" in page
    assert "Просимо допомогти" in page


def test_one_post_sorts_the_ticket_leaves_an_event_for_each_change_and_shows_the_next(
    desk: Client, ticket: Ticket, anna: User
) -> None:
    other = making.opened(sender_address="petro@city.example", subject="Another matter")
    served = read_sheet(get(desk))
    assert served.reference == ticket.reference
    page = post(desk, ticket, **served.fields(), sort="1").content.decode()
    assert f"{ticket.reference} is sorted." in page
    assert read_sheet(page).reference == other.reference
    assert "1 of 2 sorted" in page
    ticket.refresh_from_db()
    assert ticket.organisation
    assert ticket.region
    assert (ticket.status, ticket.kind, ticket.region.code) == ("open", "need", "UA-59")
    assert (ticket.organisation.name, ticket.country) == ("Лебединська територіальна громада", "UA")
    verbs = Event.objects.filter(ticket=ticket, actor=anna).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["kind", "topic", "region", "organisation", "status"]
    assert Event.objects.filter(actor=anna).values("batch").distinct().count() == 1
    history = desk.get(f"/desk/tickets/{ticket.reference}/history/").content.decode()
    assert "Anna Agent set the region to Sumy oblast" in history
    assert "Anna Agent set the organisation to Лебединська територіальна громада" in history


def test_one_undo_brings_back_all_of_it_and_the_ticket_to_the_sheet(desk: Client, ticket: Ticket, anna: User) -> None:
    making.opened(sender_address="petro@city.example", subject="Another matter")
    before = picture(ticket)
    fields = read_sheet(get(desk)).fields() | {"assignee": str(anna.pk)}
    page = post(desk, ticket, **fields, sort="1").content.decode()
    assert Ticket.objects.get(pk=ticket.pk).assignee == anna
    page = undo(desk, page).content.decode()
    assert "It is as before." in page
    assert read_sheet(page).reference == ticket.reference
    assert "0 of 2 sorted" in page
    assert picture(ticket) == before


def test_spam_and_a_merge_are_taken_back_too(desk: Client, ticket: Ticket) -> None:
    again = making.opened(subject="Re: Генератори для міської лікарні", language="uk")
    before = picture(ticket), picture(again)
    page = post(desk, ticket, spam="1").content.decode()
    assert Ticket.objects.get(pk=ticket.pk).status == "spam"
    undo(desk, page)
    served = read_sheet(get(desk, f"?ticket={again.reference}"))
    assert served.buttons["d"] == ("other", ticket.reference)
    page = post(desk, again, other=ticket.reference).content.decode()
    assert f"{again.reference} is merged into {ticket.reference}." in page
    assert Ticket.objects.get(pk=again.pk).merged_into == ticket
    assert read_sheet(undo(desk, page).content.decode()).reference == again.reference
    assert (picture(ticket), picture(again)) == before


def test_danger_to_life_comes_first_and_what_is_put_off_or_hidden_does_not_come(desk: Client, ticket: Ticket) -> None:
    urgent = making.opened(details=Details(kind="need", danger_to_life=True), subject="Water")
    hidden, later = making.opened(subject="Complaint"), making.opened(subject="Later")
    triage.set_queue(actor=SYSTEM, ticket_id=hidden.pk, queue=Queue.objects.get(code="complaints"), now=making.NOW)
    Ticket.objects.filter(pk=later.pk).update(snoozed_until=making.NOW)
    assert read_sheet(get(desk)).reference == urgent.reference
    post(desk, urgent, later="1")
    assert read_sheet(get(desk)).reference == ticket.reference
    page = post(desk, ticket, later="1").content.decode()
    assert "2 requests are left for later" in page
    assert read_sheet(desk.post(f"{URL}again/", follow=True).content.decode()).reference == urgent.reference


def test_when_all_is_sorted_it_says_what_next(desk: Client, ticket: Ticket) -> None:
    page = post(desk, ticket, spam="1").content.decode()
    assert "Every request is sorted" in page
    assert "You sorted 1 today." in page
    assert 'href="/desk/?view=us"' in page


def test_what_a_colleague_changed_meanwhile_stays_where_the_sheet_was_left_alone(
    desk: Client, ticket: Ticket, maria: User
) -> None:
    fields = read_sheet(get(desk)).fields()
    triage.assign(actor=Actor.staff(maria), ticket_id=ticket.pk, assignee=maria, now=making.NOW)
    post(desk, ticket, **fields, sort="1")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee) == ("open", maria)


def test_who_is_too_late_is_told_and_changes_nothing(desk: Client, ticket: Ticket) -> None:
    fields = read_sheet(get(desk)).fields()
    triage.set_status(actor=SYSTEM, ticket_id=ticket.pk, status="open", now=making.NOW)
    before = picture(ticket)
    for act in ({**fields, "sort": "1"}, {"spam": "1"}):
        assert "Somebody has sorted this ticket meanwhile." in post(desk, ticket, **act).content.decode()
    assert picture(ticket) == before


def test_what_the_ticket_refuses_is_said_and_the_choice_stays(desk: Client, ticket: Ticket) -> None:
    left = making.staff("Ben Colleague")
    fields = read_sheet(get(desk)).fields() | {"queue": "complaints", "assignee": str(left.pk), "topic": "events"}
    page = post(desk, ticket, **fields, sort="1")
    assert page.status_code == 409
    assert "This person may not see this queue." in page.content.decode()
    chosen = {name: row.chosen for name, row in read_sheet(page.content.decode()).rows.items()}
    assert (chosen["queue"], chosen["assignee"], chosen["topic"]) == ("complaints", str(left.pk), "events")
    assert Ticket.objects.get(pk=ticket.pk).status == "new"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        (LEBEDYN, "Лебединська територіальна громада"),
        ("Лебединська громада", "Лебединська територіальна громада"),
        (" Example  charity ", "Example charity"),
    ],
)
def test_another_organisation_is_typed_by_name_or_code(desk: Client, ticket: Ticket, typed: str, name: str) -> None:
    post(desk, ticket, **read_sheet(get(desk)).fields(), organisation_name=typed, sort="1")
    assert Ticket.objects.get(pk=ticket.pk).organisation == Organisation.objects.get(name=name)


def test_who_moves_it_out_of_sight_is_told_and_offered_no_way_back(desk: Client, ticket: Ticket) -> None:
    fields = read_sheet(get(desk)).fields() | {"queue": "complaints"}
    page = post(desk, ticket, **fields, sort="1").content.decode()
    assert "You do not see the ticket any more." in page
    assert 'action="/desk/triage/undo/"' not in page


def test_nobody_takes_back_what_another_did(desk: Client, ticket: Ticket, maria: User) -> None:
    page = post(desk, ticket, spam="1").content.decode()
    desk.force_login(maria)
    undo(desk, page)
    assert Ticket.objects.get(pk=ticket.pk).status == "spam"
    assert desk.post(f"{URL}undo/", {"batch": "nonsense"}).status_code == 404
    assert post(desk, ticket).status_code == 404


def test_reading_a_sensitive_ticket_here_is_recorded(desk: Client, ticket: Ticket, anna: User) -> None:
    triage.assign(actor=SYSTEM, ticket_id=ticket.pk, assignee=anna, now=making.NOW)
    triage.set_sensitive(actor=SYSTEM, ticket_id=ticket.pk, sensitive=True, now=making.NOW)
    assert read_sheet(get(desk)).reference == ticket.reference
    assert Event.objects.filter(ticket=ticket, verb="viewed", actor=anna).count() == 1


def test_the_page_takes_as_many_statements_however_much_there_is(
    desk: Client, ticket: Ticket, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        making.opened(subject=f"Генератори {number}", details=Details(letter_number="1/2", organisation="Example"))
    Ticket.objects.filter(pk=ticket.pk).update(letter_number="1/2", organisation=Organisation.objects.get())
    with django_assert_max_num_queries(12):
        assert read_sheet(get(desk)).reference == ticket.reference
