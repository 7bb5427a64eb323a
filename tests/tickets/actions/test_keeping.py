"""The rows that acts keep are those that the facts tell, whatever happened; and one more wait costs one statement."""

from dataclasses import astuple
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.histories import History
from tests.making import NOW, incoming, opened, staff
from tickets.actions import elsewhere, joining, merging, phoning, splitting, triage
from tickets.actions.erasing import erase_person
from tickets.actions.record import Actor
from tickets.calendars import versions_of
from tickets.deadlines import CALENDAR
from tickets.models import ReplyCycle, Resolution, Ticket
from tickets.waits.asking import facts_of
from tickets.waits.clocks import Clocks, known
from tickets.waits.facts import Pause
from tickets.waits.finding import find
from tickets.waits.measuring import Measures, measure
from tickets.waits.rows import Kept, compare

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]


def differing(ticket: Ticket) -> list[str]:
    """What of the kept rows is not what the facts tell."""
    facts = facts_of(ticket)
    kept = Kept(list(ticket.cycles.order_by("number")), Resolution.objects.filter(ticket=ticket).first())
    found = compare(facts, find(facts), kept, known(), measured=True)
    return [f"{kind} {vars(row)}" for kind in ("gone", "changed", "new") for row in getattr(found, kind)]


def check_waiting(ticket: Ticket) -> None:
    """The open cycle is the wait that lists show."""
    read, still_open = find(facts_of(ticket)).waiting, ticket.cycles.filter(end="").first()
    assert (ticket.waiting_since, ticket.first_answered_at) == (read.since, read.first_answered_at)
    assert ticket.carried_since == read.carried
    assert (still_open.started_at if still_open else None) == ticket.waiting_since
    assert [cycle.number for cycle in ticket.cycles.order_by("number")] == [*range(1, ticket.cycles.count() + 1)]
    assert all(cycle.ended_at is None or cycle.ended_at >= cycle.started_at for cycle in ticket.cycles.all())


def check_additive(ticket: Ticket, clocks: Clocks) -> None:
    """Both halves of a wait are as long as the whole, in each kind of time."""
    pauses = find(facts_of(ticket)).pauses
    for row in [*ticket.cycles.exclude(end=""), *Resolution.objects.filter(ticket=ticket, last_at__isnull=False)]:
        ended_at = row.ended_at if isinstance(row, ReplyCycle) else row.last_at
        middle = row.started_at + (ended_at - row.started_at) / 3
        whole, halves = halved(row.started_at, middle, ended_at, pauses, clocks)
        *seconds, paused_since = astuple(whole)
        assert paused_since is None
        assert seconds == [sum(each) for each in list(zip(*map(astuple, halves), strict=True))[:-1]]
        assert whole.calendar_seconds == row.calendar_seconds
        paused = row.requester_pause + row.third_party_pause
        assert row.calendar_seconds is not None
        assert paused <= row.calendar_seconds
        assert (row.working_seconds or 0) <= row.calendar_seconds


def halved(
    since: datetime, middle: datetime, until: datetime, pauses: tuple[Pause, ...], clocks: Clocks
) -> tuple[Measures, list[Measures]]:
    clock = clocks(until)
    worked = clock.worked if clock else None
    return measure(since, until, pauses, worked), [
        measure(begins, ends, pauses, worked) for begins, ends in ((since, middle), (middle, until))
    ]


@pytest.mark.parametrize("first", range(0, 300, 30))
def test_after_random_histories_the_kept_rows_are_what_the_facts_tell(first: int) -> None:
    person, clocks = staff(), known()
    for seed in range(first, first + 30):
        for ticket in Ticket.objects.filter(pk__in=History(seed, person).run(13)):
            assert differing(ticket) == [], f"history {seed}, ticket {ticket.pk}"
            check_waiting(ticket)
            check_additive(ticket, clocks)


def statements(work: Any) -> list[str]:
    """What the work asked and wrote in the tables of waits."""
    with CaptureQueriesContext(connection) as captured:
        work()
    return [each["sql"] for each in captured if "tickets_replycycle" in each["sql"] or "resolution" in each["sql"]]


def received(ticket: Ticket, at: datetime) -> None:
    joining.receive(
        ticket_id=ticket.pk,
        incoming=incoming(received_at=at),
        channel="email",
        found_by="token",
        acknowledge=False,
        now=at,
    )


def answered(ticket: Ticket, at: datetime) -> None:
    actor = Actor.staff(staff())
    phoning.log_call(actor=actor, ticket_id=ticket.pk, text="Two.", outcome="answered", at=at, now=at)


def test_a_mail_costs_one_statement_when_a_wait_begins_and_none_while_it_goes_on() -> None:
    assert len(statements(opened)) == 1
    assert statements(lambda: opened(automatic="auto-submitted")) == []
    ticket = opened()
    assert statements(lambda: received(ticket, NOW + timedelta(hours=1))) == []
    answered(ticket, NOW + timedelta(hours=2))
    assert len(statements(lambda: received(ticket, NOW + timedelta(hours=3)))) == 1
    version = versions_of(CALENDAR).get()
    rows = ticket.cycles.order_by("number").values_list("number", "kind", "started_at", "end", "calendar_version")
    assert list(rows) == [
        (1, "first", NOW, "answered", version.pk),
        (2, "next", NOW + timedelta(hours=3), "", version.pk),
    ]
    assert differing(ticket) == []


def test_an_answer_asks_for_the_cycles_and_writes_the_one_that_it_ended() -> None:
    ticket = opened()
    assert len(statements(lambda: answered(ticket, NOW + timedelta(hours=2)))) == 2
    cycle = ticket.cycles.get()
    assert (cycle.calendar_seconds, cycle.working_seconds, cycle.author) == (
        7200,
        7200,
        cycle.answer and cycle.answer.author,
    )


def test_a_pause_is_taken_from_no_wait_and_told_beside_it() -> None:
    ticket, actor = opened(), Actor.staff(staff())
    triage.set_status(
        actor=actor, ticket_id=ticket.pk, status="pending", waiting_for="third_party", now=NOW + timedelta(hours=1)
    )
    answered(ticket, NOW + timedelta(hours=4))
    cycle = ticket.cycles.get()
    assert (cycle.calendar_seconds, cycle.third_party_pause, cycle.third_party_pause_working) == (
        4 * 3600,
        3 * 3600,
        3 * 3600,
    )
    assert cycle.requester_pause == 0


def test_an_open_wait_knows_its_pauses_until_now_and_the_partners_word_ends_the_present_one() -> None:
    ticket, actor, hour = opened(), Actor.staff(staff()), timedelta(hours=1)
    for at, status in ((NOW + hour, "pending"), (NOW + 2 * hour, "open"), (NOW + 3 * hour, "pending")):
        waiting_for = "requester" if status == "pending" else ""
        triage.set_status(actor=actor, ticket_id=ticket.pk, status=status, waiting_for=waiting_for, now=at)
    for row in (ticket.cycles.get(), ticket.resolution):
        assert (row.requester_pause, row.requester_pause_working, row.paused_since) == (3600, 3600, NOW + 3 * hour)
    assert (ticket.resolution.first_at, ticket.resolution.calendar_seconds) == (None, None)
    later = NOW + 5 * hour
    came = incoming(received_at=later)
    joining.receive(ticket_id=ticket.pk, incoming=came, channel="email", found_by="token", acknowledge=False, now=later)
    ticket.refresh_from_db()
    assert differing(ticket) == []
    for row in (ticket.cycles.get(), Resolution.objects.get(ticket=ticket)):
        assert (row.requester_pause, row.paused_since) == (3 * 3600, None)


def test_the_pause_before_a_wait_ends_with_the_message_that_begins_it() -> None:
    ticket, actor, hour = opened(), Actor.staff(staff()), timedelta(hours=1)
    answered(ticket, NOW + hour)
    triage.set_status(actor=actor, ticket_id=ticket.pk, status="pending", waiting_for="requester", now=NOW + 2 * hour)
    later = NOW + 5 * hour
    came = incoming(received_at=later)
    joining.receive(ticket_id=ticket.pk, incoming=came, channel="email", found_by="token", acknowledge=False, now=later)
    ticket.refresh_from_db()
    assert differing(ticket) == []
    assert ticket.cycles.get(end="").requester_pause == 0
    assert (ticket.resolution.requester_pause, ticket.resolution.paused_since) == (3 * 3600, None)


def test_what_was_sent_by_another_program_ends_the_wait_when_it_left_and_its_return_brings_it_back() -> None:
    ticket, sender = opened(), staff()
    sent = elsewhere.record_sent(
        author=sender,
        ticket_id=ticket.pk,
        incoming=incoming(received_at=NOW + timedelta(hours=2)),
        found_by="references",
        now=NOW + timedelta(hours=3),
    )
    cycle = ticket.cycles.get()
    assert (cycle.end, cycle.ended_at, cycle.author, cycle.answer) == (
        "answered",
        NOW + timedelta(hours=2),
        sender,
        sent,
    )
    elsewhere.take_back_sent(message_id=sent.pk, now=NOW + timedelta(days=2))
    cycle.refresh_from_db()
    assert (cycle.end, cycle.started_at, cycle.ended_at, cycle.author, cycle.calendar_seconds) == (
        "",
        NOW,
        None,
        None,
        None,
    )


def test_a_merge_ends_the_one_wait_and_lengthens_the_other_until_it_is_taken_back() -> None:
    source, target, actor = opened(), opened(now=NOW + timedelta(hours=1)), Actor.staff(staff())
    merging.merge(actor=actor, ticket_id=source.pk, into_id=target.pk, now=NOW + timedelta(hours=5))
    assert source.cycles.values_list("end", "ended_at").get() == ("merged", NOW + timedelta(hours=5))
    assert target.cycles.values_list("end", "started_at").get() == ("", NOW)
    merging.unmerge(actor=actor, ticket_id=source.pk, now=NOW + timedelta(hours=6))
    assert source.cycles.values_list("end", "started_at").get() == ("", NOW)
    assert target.cycles.values_list("end", "started_at").get() == ("", NOW + timedelta(hours=1))


def test_a_message_that_is_split_off_waits_on_the_new_ticket_since_it_came() -> None:
    ticket, came = opened(), NOW + timedelta(hours=2)
    answered(ticket, NOW + timedelta(hours=1))
    received(ticket, came)
    message = ticket.messages.filter(kind="inbound").latest("received_at")
    made = splitting.split(actor=Actor.staff(staff()), message_id=message.pk, now=NOW + timedelta(hours=9))
    assert made.cycles.values_list("number", "kind", "started_at", "end").get() == (1, "first", came, "")
    assert list(ticket.cycles.order_by("number").values_list("end", flat=True)) == ["answered", "split"]


def test_erasing_the_person_keeps_the_rows_and_they_stay_what_the_facts_tell() -> None:
    ticket = opened()
    answered(ticket, NOW + timedelta(hours=2))
    triage.set_status(
        actor=Actor.staff(staff()),
        ticket_id=ticket.pk,
        status="solved",
        outcome="answered",
        now=NOW + timedelta(days=1),
    )
    ticket.refresh_from_db()
    before = list(ticket.cycles.values()), list(Resolution.objects.values())
    assert all(before)
    erase_person(actor=Actor.staff(staff()), requester_id=ticket.requester_id or 0, now=NOW + timedelta(days=800))
    assert (list(ticket.cycles.values()), list(Resolution.objects.values())) == before
    assert differing(ticket) == []
