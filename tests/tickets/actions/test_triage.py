"""Sorting: each act leaves one event, and what the status does not allow is refused by name."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from notifications.models import OutgoingMail
from tests.making import NOW, opened, staff
from tickets.actions import answering, triage
from tickets.actions.record import SYSTEM, Actor
from tickets.addresses import read_address
from tickets.errors import IllegalMove
from tickets.models import Queue, Ticket, Topic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
LATER = NOW + timedelta(hours=1)


def moved(ticket: Ticket, status: str, **changes) -> Ticket:
    return triage.set_status(actor=SYSTEM, ticket_id=ticket.pk, status=status, now=LATER, **changes)


def test_assigning_tells_the_person_and_leaves_one_event() -> None:
    ticket, anna, boris = opened(), staff(), staff("Boris Agent")
    triage.assign(actor=Actor.staff(anna), ticket_id=ticket.pk, assignee=boris, now=LATER)
    event = ticket.events.get(verb="assigned")
    assert (event.actor, event.data) == (anna, {"from": None, "to": boris.pk})
    notice = OutgoingMail.objects.get(name="assigned")
    assert notice.to[0]["address"] == boris.email
    assert ticket.reference in notice.text
    assert read_address(notice.reply_to) == (ticket.pk, "staff")


def test_who_takes_a_ticket_is_not_told_so() -> None:
    ticket, anna = opened(), staff()
    triage.assign(actor=Actor.staff(anna), ticket_id=ticket.pk, assignee=anna, now=LATER)
    assert not OutgoingMail.objects.filter(name="assigned").exists()


def test_the_same_value_again_leaves_no_event() -> None:
    ticket, anna = opened(), staff()
    for _ in range(2):
        triage.assign(actor=SYSTEM, ticket_id=ticket.pk, assignee=anna, now=LATER)
        triage.set_priority(actor=SYSTEM, ticket_id=ticket.pk, priority=Ticket.Priority.HIGH, now=LATER)
        moved(ticket, "open")
    assert [e.verb for e in ticket.events.order_by("id")][2:] == ["assigned", "priority", "status"]


def test_nobody_is_assigned_who_left_or_may_not_see_the_queue() -> None:
    ticket = opened()
    with pytest.raises(IllegalMove, match="assignee-inactive"):
        triage.assign(actor=SYSTEM, ticket_id=ticket.pk, assignee=staff(is_active=False), now=LATER)
    restricted = Queue.objects.get(code="complaints")
    triage.set_queue(actor=SYSTEM, ticket_id=ticket.pk, queue=restricted, now=LATER)
    outsider, member = staff(), staff()
    restricted.members.add(member)
    with pytest.raises(IllegalMove, match="assignee-outside-queue"):
        triage.assign(actor=SYSTEM, ticket_id=ticket.pk, assignee=outsider, now=LATER)
    assert triage.assign(actor=SYSTEM, ticket_id=ticket.pk, assignee=member, now=LATER).assignee == member


def test_ending_needs_an_outcome_and_without_an_answer_a_reason() -> None:
    ticket = opened()
    with pytest.raises(IllegalMove, match="outcome-missing"):
        moved(ticket, "solved")
    with pytest.raises(IllegalMove, match="reason-missing"):
        moved(ticket, "closed", outcome="withdrawn")
    assert moved(ticket, "solved", outcome="answered").closed_at == LATER


ALLOWED = {
    ("new", "open"), ("new", "pending"), ("new", "solved"), ("new", "closed"),
    ("open", "pending"), ("open", "solved"), ("open", "closed"),
    ("pending", "open"), ("pending", "solved"), ("pending", "closed"),
    ("solved", "open"), ("solved", "closed"), ("closed", "open"),
}  # fmt: skip


@pytest.mark.parametrize("before", Ticket.Status.values)
@pytest.mark.parametrize("after", Ticket.Status.values)
def test_every_move_is_allowed_or_refused_by_the_table(before: str, after: str) -> None:
    ticket = opened()
    values = {"outcome": "answered" if before in ("solved", "closed") else ""}
    if before == "merged":
        values["merged_into"] = opened()
    Ticket.objects.filter(pk=ticket.pk).update(status=before, **values)
    if before == after or (before, after) in ALLOWED:
        assert moved(ticket, after, outcome="answered").status == after
    else:
        with pytest.raises(IllegalMove, match="status"):
            moved(ticket, after, outcome="answered")


def test_spam_can_be_taken_back_to_the_status_it_had() -> None:
    ticket = opened()
    moved(ticket, "open")
    assert triage.mark_spam(actor=SYSTEM, ticket_id=ticket.pk, now=LATER).status == "spam"
    assert triage.unmark_spam(actor=SYSTEM, ticket_id=ticket.pk, now=LATER).status == "open"
    with pytest.raises(IllegalMove, match="not-spam"):
        triage.unmark_spam(actor=SYSTEM, ticket_id=ticket.pk, now=LATER)


def test_spam_waits_for_nothing_and_waits_again_when_it_was_none() -> None:
    ticket = opened()
    assert triage.mark_spam(actor=SYSTEM, ticket_id=ticket.pk, now=LATER).waiting_since is None
    assert triage.unmark_spam(actor=SYSTEM, ticket_id=ticket.pk, now=LATER).waiting_since == NOW


def test_reopening_by_staff_lets_the_old_wait_run_on() -> None:
    ticket = opened()
    assert moved(ticket, "closed", outcome="no_reply_needed", reason="thanks").waiting_since is None
    assert triage.reopen(actor=SYSTEM, ticket_id=ticket.pk, now=LATER).waiting_since == NOW


def test_topic_kind_language_and_sensitivity_are_recorded_with_before_and_after() -> None:
    ticket = opened()
    energy = Topic.objects.get(code="energy")
    triage.set_topic(actor=SYSTEM, ticket_id=ticket.pk, topic=energy, now=LATER)
    triage.set_kind(actor=SYSTEM, ticket_id=ticket.pk, kind="need", now=LATER)
    triage.set_language(actor=SYSTEM, ticket_id=ticket.pk, language="uk", now=LATER)
    triage.set_sensitive(actor=SYSTEM, ticket_id=ticket.pk, sensitive=True, now=LATER)
    events = ticket.events.exclude(verb__in=["opened", "acknowledged"]).order_by("id")
    assert [(e.verb, e.data) for e in events] == [
        ("topic", {"from": None, "to": energy.pk}),
        ("kind", {"from": "enquiry", "to": "need"}),
        ("language", {"from": "en", "to": "uk", "reply": {"from": "en", "to": "uk"}}),
        ("sensitive", {"from": False, "to": True}),
    ]


@pytest.mark.parametrize(("reply", "after"), [("en", "uk"), ("", "uk"), ("fr", "fr")])
def test_a_corrected_language_takes_that_of_the_reply_along_unless_another_was_chosen(reply: str, after: str) -> None:
    ticket = opened(language="en")
    Ticket.objects.filter(pk=ticket.pk).update(reply_language=reply)
    triage.set_language(actor=SYSTEM, ticket_id=ticket.pk, language="uk", now=LATER)
    ticket.refresh_from_db()
    assert (ticket.language, ticket.reply_language) == ("uk", after)
    assert ticket.events.filter(verb="language").count() == 1


def test_the_language_of_replies_and_what_else_the_partner_reads_are_recorded() -> None:
    ticket = opened()
    for _ in range(2):
        triage.set_reply_language(actor=SYSTEM, ticket_id=ticket.pk, language="lv", now=LATER)
        triage.set_accepted_languages(actor=SYSTEM, ticket_id=ticket.pk, languages=["uk", "fr", "uk"], now=LATER)
    events = ticket.events.exclude(verb__in=["opened", "acknowledged"]).order_by("id")
    assert [(e.verb, e.data) for e in events] == [
        ("reply_language", {"from": "en", "to": "lv"}),
        ("accepted_languages", {"from": [], "to": ["uk", "fr"]}),
    ]
    for nonsense in ("english", "EN", "e1"):
        with pytest.raises(IllegalMove, match="language"):
            triage.set_reply_language(actor=SYSTEM, ticket_id=ticket.pk, language=nonsense, now=LATER)
        with pytest.raises(IllegalMove, match="language"):
            triage.set_accepted_languages(actor=SYSTEM, ticket_id=ticket.pk, languages=["uk", nonsense], now=LATER)


@pytest.mark.parametrize(
    ("reply", "language", "accepted", "expected"),
    [
        ("fr", "uk", [], "fr"),
        ("", "uk", [], "uk"),
        ("pl", "pl", ["de", "uk"], "uk"),
        ("pl", "uk", ["fr"], "uk"),
        ("pl", "pl", [], "en"),
        ("", "", [], "en"),
    ],
)
def test_our_own_words_come_in_the_first_language_that_we_have(
    reply: str, language: str, accepted: list[str], expected: str
) -> None:
    ticket = Ticket(reply_language=reply, language=language, accepted_languages=accepted)
    assert ticket.mail_language == expected


def test_a_corrected_language_changes_the_next_mail() -> None:
    ticket, anna = opened(language="en"), staff()
    triage.set_language(actor=SYSTEM, ticket_id=ticket.pk, language="lv", now=LATER)
    answering.reply(actor=Actor.staff(anna), ticket_id=ticket.pk, text="Labdien", now=LATER)
    assert OutgoingMail.objects.get(name="reply").language == "lv"


def test_notices_that_wait_lose_the_subject_of_a_ticket_that_becomes_sensitive() -> None:
    ticket, other = opened(subject="Evacuation of patients"), opened(subject="Evacuation of archives")
    anna, lina = staff(), staff("Lina Agent", language="lv")
    for person in (anna, lina):
        triage.assign(actor=SYSTEM, ticket_id=ticket.pk, assignee=person, now=LATER)
    triage.assign(actor=SYSTEM, ticket_id=other.pk, assignee=anna, now=LATER)
    held, gone, elsewhere = OutgoingMail.objects.filter(name="assigned").order_by("id")
    OutgoingMail.objects.filter(pk=held.pk).update(error="capped", capped_at=LATER)
    OutgoingMail.objects.filter(pk=gone.pk).update(state="sent", sent_at=LATER)
    triage.set_sensitive(actor=SYSTEM, ticket_id=ticket.pk, sensitive=True, now=LATER)
    for mail in (held, gone, elsewhere):
        mail.refresh_from_db()
    assert "Evacuation" not in held.subject + held.text + held.html
    assert held.subject == f"[{ticket.reference}] Assigned to you"
    assert f"/desk/tickets/{ticket.reference}/" in held.text
    assert (held.state, held.error) == ("queued", "capped")
    assert "Evacuation" in gone.subject
    assert "Evacuation" in elsewhere.subject


def test_what_waits_for_the_partner_keeps_its_subject_when_the_ticket_becomes_sensitive() -> None:
    ticket = opened(subject="Evacuation of patients")
    triage.set_sensitive(actor=SYSTEM, ticket_id=ticket.pk, sensitive=True, now=LATER)
    assert "Evacuation" in OutgoingMail.objects.get(name="acknowledgement").subject


def test_the_database_refuses_an_end_without_an_outcome() -> None:
    ticket = opened()
    with pytest.raises(IntegrityError), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(status="closed")
