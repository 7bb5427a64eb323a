"""What a mail brought stands at its letter, as the words of strangers: escaped, cut, and never a promise."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import making
from tests.desk import scene
from tickets.actions.erasing import erase_person
from tickets.actions.record import SYSTEM
from tickets.claims import Verdict
from tickets.files import keep
from tickets.models import Attachment, Message, Ticket, User

HOSTILE = '<img src=x onerror=alert(1)> "&'
ESCAPED = "&lt;img src=x onerror=alert(1)&gt;"


def page_of(client: Client, ticket: Ticket) -> str:
    answer = client.get(f"/desk/tickets/{ticket.reference}/")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def ticket(anna: User) -> Ticket:
    return scene.busy_ticket(anna, timezone.now())


def test_a_document_in_a_container_says_where_it_lies_and_who_claims_to_have_signed(
    desk: Client, ticket: Ticket
) -> None:
    page = page_of(desk, ticket)
    claim = "claims to be signed by Koval Olena, Sumy city council (not verified)"
    assert f"in Лист.asice · {claim}" in page
    assert page.count(claim) == 2


def test_many_signers_are_told_as_a_few_and_how_many_more(desk: Client) -> None:
    signers = tuple(f"Signer {number}" for number in range(5))
    page = page_of(desk, making.opened(files=(replace(keep(b"x", name="x.txt"), signers=signers),)))
    assert "claims to be signed by Signer 0; Signer 1; Signer 2 and 2 more (not verified)" in page


def test_the_origin_is_told_at_the_mail_and_hides_nothing(desk: Client, ticket: Ticket) -> None:
    page = page_of(desk, ticket)
    for words in (
        "Origin doubtful: perhaps not from hromada.example",
        "failed: it does not come the way that hromada.example prescribes",
        "It speaks of the domain, not of the person",
        "Просимо допомогти",
        'id="reply"',
    ):
        assert words in page, words


def test_a_mail_of_which_our_server_says_nothing_is_not_checked(desk: Client) -> None:
    page = page_of(desk, making.opened(raw_path="aa/raw", acknowledge=False))
    assert page.count("Origin not checked") == 1
    assert "Origin" not in page_of(desk, making.opened(channel="web_form", acknowledge=False))


def test_an_invitation_is_a_line_and_nothing_is_accepted(desk: Client, ticket: Ticket) -> None:
    page = page_of(desk, ticket)
    for words in (
        "Generators: how to connect them",
        "1 December 2026, 10:00 (Brussels), 11:00 (Kyiv)",
        "https://meet.hromada.example/112",
        "Ivan Prykladnyi &lt;ivan@hromada.example&gt;",
        "Nothing was accepted.",
    ):
        assert words in page, words
    assert 'href="https://meet.hromada.example' not in page


def test_hostile_words_are_escaped(desk: Client) -> None:
    meeting = replace(scene.MEETING, what=HOSTILE, where=HOSTILE, organiser_name=HOSTILE, zone=HOSTILE, method=HOSTILE)
    ticket = making.opened(
        raw_path="aa/raw",
        invitations=(meeting,),
        verdicts=(Verdict(method="dmarc", result="fail", domain=HOSTILE),),
        files=(replace(keep(b"x", name="x.txt"), signers=(HOSTILE,)),),
    )
    page = page_of(desk, ticket)
    assert "<img src=x" not in page
    assert page.count(ESCAPED) == 7, "title, place, organiser, summary, line and hint of the verdict, signer"


def test_what_mails_bring_costs_no_statement(desk: Client) -> None:
    plain = making.opened(raw_path="aa/raw", files=(keep(b"x", name="x.txt"),))
    full = making.opened(
        raw_path="aa/raw",
        sender_address="petro@example.org",
        invitations=(scene.MEETING,) * 5,
        verdicts=(Verdict(method="dmarc", result="fail", domain="hromada.example"),),
        files=tuple(replace(keep(b"x", name="x.txt"), container=0, signers=scene.SIGNERS) for _ in range(10)),
    )
    counts = []
    for each in (plain, full):
        with CaptureQueriesContext(connection) as captured:
            page_of(desk, each)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_of_an_erased_person_none_of_it_is_left(desk: Client, ticket: Ticket) -> None:
    erase_person(actor=SYSTEM, requester_id=ticket.requester_id or 0, now=timezone.now())
    page = page_of(desk, ticket)
    for words in ("Koval", "how to connect", "meet.hromada.example", "Origin"):
        assert words not in page, words
    assert not Attachment.objects.filter(message__ticket=ticket).exists()
    assert {str(each) for each in Message.objects.filter(ticket=ticket).values_list("verdicts", "invitations")} == {
        "([], [])"
    }
