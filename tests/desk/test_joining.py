"""Merging, splitting and linking from the ticket page."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import making
from tests.desk.test_ticket import letter, page_of
from tickets.actions import joining, merging, triage
from tickets.actions.record import SYSTEM
from tickets.files import keep
from tickets.models import Message, Queue, Ticket, TicketLink, User

PETRO = "petro@hromada.example"


def post(client: Client, ticket: Ticket, act: str, **values: str):
    return client.post(f"/desk/tickets/{ticket.reference}/{act}/", values, follow=True)


@pytest.fixture
def target(anna: User) -> Ticket:
    return making.opened(subject="Generators, first letter", text="We need two generators.")


@pytest.fixture
def source(anna: User, target: Ticket) -> Ticket:
    return making.opened(
        subject="Generators, second letter",
        sender_address=PETRO,
        text="Did you get our letter?",
        files=(keep(b"%PDF-1.4 letter", name="second letter.pdf"),),
    )


def test_the_other_ticket_shows_both_conversations_and_what_hangs_on_them(
    desk: Client, source: Ticket, target: Ticket
) -> None:
    answer = post(desk, source, "merge", other=f" {target.reference.lower()} ")
    page = answer.content.decode()
    assert answer.redirect_chain[-1][0] == f"/desk/tickets/{target.reference}/"
    assert f"{source.reference} is merged into this ticket." in page
    moved = Message.objects.get(ticket=source, kind="inbound")
    assert source.reference in letter(page, moved)
    assert "We need two generators." in page
    assert f"Anna Agent merged {source.reference} into this ticket" in page
    file = moved.attachments.get()
    served = desk.get(f"/desk/tickets/{target.reference}/files/{file.pk}/?anyway=1")
    assert b"".join(served) == b"%PDF-1.4 letter"  # type: ignore[arg-type]
    assert PETRO in page.partition('class="to"')[2].partition("</p>")[0]


def test_the_merged_ticket_says_where_it_goes_on_and_the_way_back(desk: Client, source: Ticket, target: Ticket) -> None:
    post(desk, source, "merge", other=target.reference)
    page = page_of(desk, source)
    assert "It goes on here:" in page
    assert "Undo the merge" in page
    answer = post(desk, source, "unmerge")
    assert "Both tickets are as they were." in answer.content.decode()
    source.refresh_from_db()
    assert source.status == "new"
    assert "Did you get our letter?" not in page_of(desk, target)


def test_a_reference_that_is_wrong_or_not_for_these_eyes_is_said_at_the_menu(
    desk: Client, source: Ticket, target: Ticket
) -> None:
    hidden = making.opened()
    triage.set_queue(actor=SYSTEM, ticket_id=hidden.pk, queue=Queue.objects.get(code="complaints"), now=timezone.now())
    for other in ("", "nonsense", "SU-2026-999999", hidden.reference):
        answer = post(desk, source, "merge", other=other)
        assert answer.status_code == 422
        assert "We know no ticket of this reference." in answer.content.decode()
    answer = post(desk, source, "merge", other=source.reference)
    assert answer.status_code == 409
    assert "cannot be merged into itself" in answer.content.decode()


def test_what_may_not_be_seen_is_not_shown_on_the_other_ticket(
    desk: Client, source: Ticket, target: Ticket, maria: User
) -> None:
    merging.merge(actor=SYSTEM, ticket_id=source.pk, into_id=target.pk, now=timezone.now())
    Ticket.objects.filter(pk=source.pk).update(sensitive=True)
    page = page_of(desk, target)
    assert "Did you get our letter?" not in page
    file = Message.objects.get(ticket=source, kind="inbound").attachments.get()
    assert desk.get(f"/desk/tickets/{target.reference}/files/{file.pk}/").status_code == 404
    desk.force_login(maria)
    assert "Did you get our letter?" in page_of(desk, target)


def test_a_ticket_that_took_in_others_reads_at_most_twelve_statements(desk: Client, target: Ticket) -> None:
    counts = []
    for number in (1, 10):
        for _ in range(number):
            other = making.opened(acknowledge=False)
            merging.merge(actor=SYSTEM, ticket_id=other.pk, into_id=target.pk, now=timezone.now())
        with CaptureQueriesContext(connection) as captured:
            page_of(desk, target)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 12


def test_a_message_split_off_opens_as_its_own_ticket_and_undo_brings_it_back(desk: Client, target: Ticket) -> None:
    assert "Split off" not in page_of(desk, target)
    message = joining.receive(
        ticket_id=target.pk,
        incoming=making.incoming(subject="School buses", text="And we need a school bus."),
        channel="email",
        found_by="token",
        acknowledge=False,
        now=timezone.now(),
    )
    assert "Split off" in letter(page_of(desk, target), message)
    answer = post(desk, target, f"messages/{message.pk}/split")
    made = Ticket.objects.latest("pk")
    page = answer.content.decode()
    assert f"split off from {target.reference}" in page
    assert "And we need a school bus." in page
    assert f'action="/desk/tickets/{made.reference}/merge/"' in page
    post(desk, made, "merge", other=target.reference)
    assert "And we need a school bus." in page_of(desk, target)
    refused = post(desk, target, f"messages/{target.messages.get(kind='inbound').pk}/split")
    assert "nothing to split off" in refused.content.decode()


def test_links_are_made_and_taken_away_and_suggestions_decided(desk: Client, source: Ticket, target: Ticket) -> None:
    answer = post(desk, source, "link", other=target.reference)
    assert "The tickets are linked." in answer.content.decode()
    assert f"Anna Agent linked {target.reference}" in answer.content.decode()
    post(desk, target, "unlink", other=source.reference)
    assert not TicketLink.objects.exists()
    joining.suggest(source=source, target=target, reason="several", now=timezone.now())
    page = page_of(desk, source)
    assert f'action="/desk/tickets/{source.reference}/confirm-link/#linked"' in page
    post(desk, source, "confirm-link", other=target.reference)
    assert TicketLink.objects.get().kind == "related"
    refused = post(desk, source, "reject-link", other=target.reference)
    assert refused.status_code == 409
    assert "This link is no suggestion" in refused.content.decode()
