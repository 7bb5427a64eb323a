"""Who writes: hints on the ticket page, in plain words, none of which blocks anything."""

import re

import pytest
from django.test import Client
from django.utils.html import strip_tags

from tests import making
from tickets.claims import Verdict
from tickets.incoming import Details
from tickets.models import CallBack, Contact, Ticket


def about(desk: Client, ticket: Ticket) -> str:
    """The words beside the conversation."""
    page = desk.get(f"/desk/tickets/{ticket.reference}/").content.decode().partition("<aside")[2]
    return re.sub(r"\s+", " ", strip_tags(page))


def written(**changes: object) -> Ticket:
    kind = str(changes.pop("kind", "hromada"))
    details = Details(organisation="Sumy city council", organisation_kind=kind)
    return making.opened(**{"details": details, **changes})


def test_an_ordinary_sender_gets_no_hint(desk: Client) -> None:
    assert desk.get(f"/desk/tickets/{written().reference}/").context["hints"] == []


@pytest.mark.parametrize(
    ("changes", "look", "words"),
    [
        ({"sender_address": "o@c0r.europa-eu.com"}, "", ""),
        ({"sender_address": "o@cor-europa.eu"}, "warning", "The domain cor-europa.eu looks like cor.europa.eu"),
        ({"reply_to": "o@cor-europa.eu"}, "warning", "looks like cor.europa.eu"),
        ({"reply_to": "x@elsewhere.example"}, "warning", "another domain than the mail came from: x@elsewhere.example"),
        ({"reply_to": "office@hromada.example"}, "info", "another mailbox of the same domain: office@hromada.example"),
        ({"text": "Join us on https://zoom.us/j/1"}, "warning", "A video call is asked for."),
        ({"subject": "Відеодзвінок з міністром"}, "warning", "A video call is asked for."),
        ({"sender_address": "rada@ukr.net"}, "info", "Writes from a free mailbox (ukr.net), as many hromadas do."),
        ({"sender_address": "o@ukr.net", "kind": "government"}, "info", "usually has a domain of its own"),
        ({"sender_address": "o@ukr.net", "kind": "citizen"}, "", ""),
    ],
)
def test_a_hint_says_what_is_unusual(desk: Client, changes: dict[str, object], look: str, words: str) -> None:
    shown = desk.get(f"/desk/tickets/{written(**changes).reference}/").context["hints"]
    assert [hint.look for hint in shown if words in hint.words][:1] == ([look] if look else [])
    assert bool(shown) == bool(look)


def test_a_domain_like_that_of_a_colleague_or_a_competent_body_is_told(desk: Client) -> None:
    written(sender_address="anna@sumy-rada.gov.ua")
    Contact.objects.update_or_create(code="eruh", defaults={"name": "A body", "address": "desk@body-of-aid.example"})
    assert "looks like sumy-rada.gov.ua" in about(desk, written(sender_address="olena@sumy-rаda.gov.ua"))
    assert "looks like body-of-aid.example" in about(desk, written(sender_address="olena@body-of-aide.example"))


def test_a_doubtful_origin_of_the_newest_mail_is_told_beside_it(desk: Client) -> None:
    ticket = written(raw_path="aa/bb/cc", verdicts=(Verdict(method="dmarc", result="fail", domain="hromada.example"),))
    assert "The newest mail: Origin doubtful: perhaps not from hromada.example." in about(desk, ticket)


def test_who_wrote_before_is_known_since_then_and_five_other_tickets_are_named(desk: Client) -> None:
    first = written(subject="number 0")
    assert "writes for the first time" in about(desk, first)
    for number in range(1, 7):
        written(subject=f"number {number}")
    words = about(desk, first)
    assert "known since 23 November 2026" in words
    assert [f"number {number}" in words for number in range(1, 7)] == [False, True, True, True, True, True]
    assert "More than 5: see all tickets of this person" in words


def test_tickets_of_others_of_the_organisation_are_named_and_all_of_them_searched(desk: Client) -> None:
    ticket = written(subject="this one")
    for number in range(6):
        written(subject=f"number {number}", sender_address=f"petro{number}@hromada.example")
    page = desk.get(f"/desk/tickets/{ticket.reference}/").content.decode()
    assert "Other tickets of the organisation" in page
    assert "Other tickets of this person" not in page
    search = re.search(r'<a href="(/desk/\?q=org%3A[^"]+)">', page)
    assert search
    found = desk.get(search[1].replace("&amp;", "&")).content.decode()
    assert all(f"number {number}" in found for number in range(6))


def test_a_call_back_is_written_down_shown_and_withdrawn(desk: Client) -> None:
    ticket = written()
    address = f"/desk/tickets/{ticket.reference}/"
    body = {"number": "+380 542 000 000", "how": "official_site", "at": "2026-11-23T09:30"}
    assert desk.post(f"{address}verify-call/", body).status_code == 302
    words = about(desk, ticket)
    assert "Called back by Anna Agent on 23 November 2026, 09:30" in words
    assert "at +380 542 000 000, number from: the official website" in words
    assert desk.post(f"{address}withdraw-call/").status_code == 302
    assert "I called the sender back" in about(desk, ticket)
    assert "withdrew the call back" in desk.get(f"{address}history/").content.decode()


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"number": "", "how": "earlier"}, 409, "Write down the number that you called."),
        ({"number": "+380", "how": "earlier", "at": "noon"}, 422, "Enter day and time"),
        ({"number": "+380", "how": "earlier", "at": "2026-11-23T23:00"}, 409, "This time is still to come."),
    ],
)
def test_a_call_back_that_cannot_be_is_refused_beside_its_form(
    desk: Client, body: dict[str, str], status: int, words: str
) -> None:
    answer = desk.post(f"/desk/tickets/{written().reference}/verify-call/", body)
    page = answer.content.decode()
    assert answer.status_code == status
    assert words in page
    assert f'value="{body["number"]}"' in page or not body["number"]
    assert not CallBack.objects.exists()
