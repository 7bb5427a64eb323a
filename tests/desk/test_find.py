import pytest
from django.http import QueryDict
from django.test import Client

from tests import making


@pytest.mark.parametrize("asked", ["{}", "{lower}", "2026-{number}", " SU 2026 {number} "])
def test_a_reference_leads_to_its_ticket(desk: Client, asked: str) -> None:
    reference = making.opened().reference
    number = int(reference.rpartition("-")[2])
    answer = desk.get("/desk/find/", {"q": asked.format(reference, lower=reference.lower(), number=number)})
    assert answer.headers["Location"] == f"/desk/tickets/{reference}/"


def test_an_address_leads_to_the_tickets_of_its_owner(desk: Client) -> None:
    making.opened(subject="hers")
    making.opened(sender_address="ivan@hromada.example", sender_name="Ivan", subject="his")
    answer = desk.get("/desk/find/", {"q": "Olena@Hromada.example"})
    assert QueryDict(answer.headers["Location"].partition("?")[2])["q"] == "from:olena@hromada.example"
    assert [row.ticket.subject for row in desk.get(answer.headers["Location"]).context["rows"]] == ["hers"]


def test_what_else_is_typed_is_a_search(desk: Client) -> None:
    making.opened(subject="Water pumps", text="after the flood")
    making.opened(subject="Buses", text="for a school")
    for asked in ("pump", "flood is:todo", '"the flood"'):
        page = desk.get("/desk/find/", {"q": asked}, follow=True)
        assert [row.ticket.subject for row in page.context["rows"]] == ["Water pumps"], asked


def test_nothing_leads_to_the_list(desk: Client) -> None:
    assert desk.get("/desk/find/", {"q": " "}).headers["Location"] == "/desk/"


@pytest.mark.parametrize("asked", ["SU-2026-999999", "nobody@hromada.example", "<script>alert(1)</script>"])
def test_what_is_not_found_is_said_and_stays_to_be_changed(desk: Client, asked: str) -> None:
    page = desk.get("/desk/find/", {"q": asked}, follow=True).content.decode()
    assert "No ticket is like this" in page
    assert "<script>alert" not in page
