"""The rows of the measurements are rows that the acts could have written."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Model

from bench import fill, load, words
from bench.tickets import END
from intake.models import RawMail
from notifications.models import OutgoingMail
from tests.furnishing import furnish
from tests.making import opened
from tickets.models import (
    Attachment,
    Event,
    Message,
    Participant,
    ReplyCycle,
    Requester,
    RequesterAddress,
    Resolution,
    SearchDocument,
    Ticket,
    TicketDeadline,
)
from tickets.search import index
from tickets.waits.asking import facts_of
from tickets.waits.clocks import known
from tickets.waits.finding import find
from tickets.waits.rows import Kept, compare

SIZE = 50
MODELS: tuple[type[Model], ...] = (
    Attachment,
    Event,
    Message,
    OutgoingMail,
    Participant,
    RawMail,
    ReplyCycle,
    Requester,
    RequesterAddress,
    Resolution,
    Ticket,
    TicketDeadline,
)


@pytest.fixture
def loaded(db: None) -> None:
    furnish()
    fill.prepare()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL lock_timeout = 0")  # the server may be cleaning up the same tables by itself
    aside = load.set_aside(connection.connection)
    for part in range(2):
        fill.fill(SIZE, part=part, parts=2)
    load.bring_back(connection.connection, aside)
    load.advance_sequences(connection.connection, SIZE)


@pytest.mark.usefixtures("loaded")
def test_every_row_satisfies_its_model() -> None:
    for model in MODELS:
        rows = list(model._default_manager.all())
        assert rows
        for row in rows:
            row.full_clean()


@pytest.mark.usefixtures("loaded")
def test_each_ticket_has_three_messages_and_one_in_ten_is_open() -> None:
    tickets = Ticket.objects.annotate(number=Count("messages"))
    assert [ticket.number for ticket in tickets] == [3] * SIZE
    assert 0 < tickets.filter(status=Ticket.Status.OPEN).count() < SIZE / 4
    assert Message.objects.filter(text__contains=words.RARE).count() == 3


@pytest.mark.usefixtures("loaded")
def test_the_clock_of_a_ticket_is_what_its_messages_say() -> None:
    for ticket in Ticket.objects.all():
        read = find(facts_of(ticket)).waiting
        assert (ticket.waiting_since, ticket.first_answered_at) == (read.since, read.first_answered_at)


@pytest.mark.usefixtures("loaded")
def test_the_cycles_of_a_ticket_are_what_its_messages_and_events_say() -> None:
    clocks = known()
    for ticket in Ticket.objects.select_related("resolution"):
        facts, kept = facts_of(ticket), Kept(list(ticket.cycles.all()), getattr(ticket, "resolution", None))
        assert not compare(facts, find(facts), kept, clocks, measured=True)
        assert [cycle.kind for cycle in kept.cycles] == (["first", "next"] if ticket.first_answered_at else ["first"])
        assert (kept.resolution is None) == (ticket.status == Ticket.Status.OPEN)


@pytest.mark.usefixtures("loaded")
def test_what_was_due_of_a_ticket_is_done_or_open_like_the_ticket() -> None:
    replies, officials = (TicketDeadline.objects.filter(duty=duty) for duty in ("reply", "official"))
    assert replies.count() == officials.count() == SIZE
    waiting = set(Ticket.objects.filter(first_answered_at=None).values_list("pk", flat=True))
    assert waiting
    assert {row.ticket_id for row in replies.filter(end="")} == waiting
    assert {row.ticket_id for row in officials.filter(end="")} == set(
        Ticket.objects.filter(status=Ticket.Status.OPEN).values_list("pk", flat=True)
    )


@pytest.mark.usefixtures("loaded")
def test_a_ticket_has_the_words_that_its_messages_say() -> None:
    def lexemes() -> dict[int, set[str]]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT ticket_id, tsvector_to_array(words) FROM tickets_searchdocument")
            return {ticket: set(found) for ticket, found in cursor.fetchall()}

    before = lexemes()
    index.refresh(sorted(before))
    assert lexemes() == before
    assert len(before) == SearchDocument.objects.count() == SIZE


@pytest.mark.usefixtures("loaded")
def test_the_last_event_of_a_ticket_agrees_with_its_status() -> None:
    for ticket in Ticket.objects.all():
        moved = ticket.events.filter(verb=Event.Verb.STATUS).latest("at", "id")
        assert moved.data["to"] == ticket.status
        given = ticket.events.filter(verb=Event.Verb.ASSIGNED).latest("at", "id")
        assert given.data["to"] == ticket.assignee_id


@pytest.mark.usefixtures("loaded")
def test_after_the_load_a_ticket_is_opened_behind_the_others() -> None:
    ticket = opened(now=END)
    assert ticket.pk == SIZE + 1
    assert ticket.reference == f"SU-2026-{SIZE + 1:06d}"


@pytest.mark.usefixtures("loaded")
def test_the_load_leaves_every_index_and_constraint_in_place() -> None:
    with pytest.raises(IntegrityError, match="message_key_unique"), transaction.atomic():
        Message.objects.filter(pk=3).update(key=Message.objects.get(pk=1).key)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_indexes WHERE indexname IN ('message_by_message_id', 'ticket_newest')")
        assert cursor.fetchone() == (2,)
