"""Each act does what the same act of the desk does: one change, one event, in the owner's name."""

from typing import Any

import pytest
from django.utils import timezone

from tests import making
from tests.api.conftest import Program
from tickets import links
from tickets.models import Event, Hromada, Organisation, Policy, Queue, Region, Ticket, TicketReader, TrackingLink, User

ACTS: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("priority", {"priority": 1}, {"priority": 1}, "priority"),
    ("danger", {"danger_to_life": False}, {"danger_to_life": False}, "danger"),
    ("topic", {"topic": None}, {"topic": None}, "topic"),
    ("topic", {"topic": "events"}, {"topic": {"code": "events", "name": "Events, invitations and speakers"}}, "topic"),
    ("kind", {"kind": "offer"}, {"kind": "offer"}, "kind"),
    ("region", {"region": "UA-63"}, {"region": {"code": "UA-63", "name": "Kharkiv oblast"}, "country": "UA"}, "region"),
    ("region", {"region": None}, {"region": None, "country": "UA"}, "region"),
    ("organisation", {"organisation": None}, {"organisation": None}, "organisation"),
    ("language", {"language": "lv"}, {"language": "lv", "reply_language": "lv"}, "language"),
    ("language", {"language": ""}, {"language": ""}, "language"),
    ("reply-language", {"language": "fr"}, {"language": "uk", "reply_language": "fr"}, "reply_language"),
    ("accepted-languages", {"languages": ["en", "uk"]}, {"accepted_languages": ["en", "uk"]}, "accepted_languages"),
    ("assign", {"assignee": None}, {"assignee": None}, "assigned"),
    ("status", {"status": "pending", "waiting_for": "third_party"}, {"waiting_for": "third_party"}, "status"),
    (
        "status",
        {"status": "closed", "outcome": "withdrawn", "reason": "They found one."},
        {"status": "closed", "outcome": "withdrawn", "outcome_reason": "They found one."},
        "status",
    ),
    ("sensitive", {"sensitive": True}, {"sensitive": True}, "sensitive"),
    ("spam", {}, {"status": "spam"}, "status"),
    ("revoke-links", {}, {}, "tracking_revoked"),
    ("tags", {"tags": ["winter", "Energy"]}, {"tags": ["Energy", "winter"]}, "tags"),
    ("follow", {}, {}, "followed"),
    ("snooze", {"until": "2026-12-01T08:00:00Z"}, {"snoozed_until": "2026-12-01T08:00:00Z"}, "snoozed"),
    ("call", {"text": "They asked for news.", "outcome": "noted"}, {}, "called"),
    ("verify-call", {"number": "+380 542 000 000", "how": "register"}, {}, "verified"),
]


@pytest.mark.parametrize(
    ("act", "values", "after", "verb"), ACTS, ids=[f"{act}-{n}" for n, (act, *_) in enumerate(ACTS)]
)
def test_an_act_changes_the_ticket_and_leaves_one_event(
    program: Program, ticket: Ticket, anna: User, act: str, values: dict[str, Any], after: dict[str, Any], verb: str
) -> None:
    last = Event.objects.latest("pk").pk
    answer = program.do(f"tickets/{ticket.reference}/{act}", values)
    assert answer.status_code == 200, answer.content
    shown = answer.json()
    assert {name: shown[name] for name in after} == after
    event = Event.objects.get(pk__gt=last)
    assert (event.verb, event.actor, event.ticket) == (verb, anna, ticket)
    assert program.ask(f"tickets/{ticket.reference}").json() == shown


def test_a_hromada_becomes_the_organisation_once(program: Program, ticket: Ticket) -> None:
    region = Region.objects.get(code="UA-59")
    Hromada.objects.create(katottg="UA59080110000034361", region=region, name="Lebedynska", name_uk="Лебединська")
    for _twice in range(2):
        body = {"hromada": "UA59080110000034361"}
        shown = program.do(f"tickets/{ticket.reference}/organisation", body).json()
        assert shown["organisation"]["name"] == "Лебединська територіальна громада"
    assert Event.objects.filter(verb="organisation").count() == 1
    made = Organisation.objects.get(hromada__katottg="UA59080110000034361")
    assert (made.kind, made.country, made.region) == ("hromada", "UA", region)


def test_a_new_ticket_is_sorted_in_one_step_and_an_old_one_refuses(
    program: Program, ticket: Ticket, anna: User
) -> None:
    new = making.opened(subject="Generators for the hospital", sender_address="petro@city.example")
    values = {"kind": "need", "topic": "energy", "region": "UA-63", "assignee": anna.pk}
    shown = program.do(f"tickets/{new.reference}/sort", values).json()
    assert (shown["status"], shown["kind"], shown["topic"]["code"]) == ("open", "need", "energy")
    assert shown["assignee"] == {"id": anna.pk, "name": "Anna Agent"}
    answer = program.do(f"tickets/{ticket.reference}/sort", {"kind": "offer"})
    assert (answer.status_code, answer.json()["code"]) == (409, "sorted")


def test_what_a_ticket_seems_to_be_is_told_with_reasons(program: Program, ticket: Ticket) -> None:
    new = making.opened(subject="Again: generators for the hospital in Sumy", text="We need generators.")
    shown = program.ask(f"tickets/{new.reference}/suggestions").json()
    topic = next(each for each in shown["suggestions"] if each["field"] == "topic")
    assert (topic["value"], topic["strong"], topic["reason"]) == ("energy", True, "words")
    assert "generators" in topic["facts"]["words"]
    assert [each["reference"] for each in shown["duplicates"]] == [ticket.reference]
    assert shown["duplicates"][0]["reasons"] == ["subject", "requester", "organisation", "domain"]


def test_an_act_that_changes_nothing_leaves_no_event(program: Program, ticket: Ticket) -> None:
    before = Event.objects.count()
    assert program.do(f"tickets/{ticket.reference}/priority", {"priority": ticket.priority}).status_code == 200
    assert Event.objects.count() == before


def test_a_colleague_gets_the_ticket(program: Program, ticket: Ticket, maria: User) -> None:
    colleagues = {each["name"]: each["id"] for each in program.ask("colleagues").json()["results"]}
    shown = program.do(f"tickets/{ticket.reference}/assign", {"assignee": colleagues["Maria Manager"]}).json()
    assert shown["assignee"] == {"id": maria.pk, "name": "Maria Manager"}


def test_a_reader_is_named_and_removed(program: Program, ticket: Ticket, anna: User) -> None:
    reader = making.staff("Rita Reader")
    for act, verb, named in (("name-reader", "reader_named", True), ("remove-reader", "reader_removed", False)):
        for _twice in range(2):
            assert program.do(f"tickets/{ticket.reference}/{act}", {"reader": reader.pk}).status_code == 200
        event = Event.objects.get(verb=verb)
        assert (event.actor, event.data) == (anna, {"user": reader.pk})
        assert TicketReader.objects.filter(ticket=ticket, user=reader).exists() is named


def test_who_may_not_see_the_queue_is_not_named_as_reader(program: Program, ticket: Ticket, anna: User) -> None:
    Queue.objects.filter(pk=ticket.queue_id).update(restricted=True)
    ticket.queue.members.add(anna)
    answer = program.do(f"tickets/{ticket.reference}/name-reader", {"reader": making.staff("Rita Reader").pk})
    assert (answer.status_code, answer.json()["code"]) == (422, "reader-outside-queue")
    assert not TicketReader.objects.exists()


def test_spam_is_taken_back(program: Program, ticket: Ticket) -> None:
    program.do(f"tickets/{ticket.reference}/spam")
    assert program.do(f"tickets/{ticket.reference}/not-spam").json()["status"] == "open"


def test_tracking_links_are_closed(program: Program, ticket: Ticket) -> None:
    links.make_link(ticket, now=timezone.now())
    program.do(f"tickets/{ticket.reference}/revoke-links")
    assert not TrackingLink.objects.filter(ticket=ticket, revoked_at=None).exists()


def test_a_ticket_is_merged_and_taken_apart(program: Program, ticket: Ticket) -> None:
    other = making.opened(subject="The same matter", sender_address="petro@hromada.example")
    merged = program.do(f"tickets/{ticket.reference}/merge", {"other": other.reference.lower()}).json()
    assert (merged["status"], merged["merged_into"]) == ("merged", other.reference)
    after = program.do(f"tickets/{ticket.reference}/unmerge").json()
    assert (after["status"], after["merged_into"]) == ("open", None)


def test_tickets_are_linked_and_taken_apart(program: Program, ticket: Ticket) -> None:
    other = making.opened(subject="Another", sender_address="petro@hromada.example")
    named = {"other": other.reference}
    linked = program.do(f"tickets/{ticket.reference}/link", named).json()["links"]
    assert linked == [{"reference": other.reference, "kind": "related", "direction": "out"}]
    assert program.do(f"tickets/{ticket.reference}/unlink", named).json()["links"] == []
    ticket.links.create(target=other, kind="suggested")
    assert program.do(f"tickets/{ticket.reference}/confirm-link", named).json()["links"] == linked
    ticket.links.update(kind="suggested")
    assert program.do(f"tickets/{ticket.reference}/reject-link", named).json()["links"] == []


def test_a_message_becomes_a_ticket_of_its_own(program: Program, ticket: Ticket) -> None:
    message = ticket.messages.filter(kind="inbound").latest("pk")
    answer = program.do(f"tickets/{ticket.reference}/messages/{message.pk}/split")
    assert answer.status_code == 201
    made = answer.json()
    assert made["newest_inbound"] == message.pk
    assert [link["reference"] for link in made["links"]] == [ticket.reference]


def test_what_was_followed_or_put_off_is_so_no_more(program: Program, ticket: Ticket, maria: User) -> None:
    program.do(f"tickets/{ticket.reference}/follow", {"user": maria.pk})
    assert list(ticket.followers.values_list("user", flat=True)) == [maria.pk]
    program.do(f"tickets/{ticket.reference}/unfollow", {"user": maria.pk})
    assert not ticket.followers.exists()
    program.do(f"tickets/{ticket.reference}/snooze", {"until": "2026-12-01T08:00:00Z"})
    assert program.ask("tickets", status="to-do").json()["results"] == []
    assert program.do(f"tickets/{ticket.reference}/unsnooze").json()["snoozed_until"] is None
    assert len(program.ask("tickets", status="to-do").json()["results"]) == 1


def test_the_partner_is_told_a_later_date(program: Program, ticket: Ticket) -> None:
    body = {"answer_by": "2027-01-15", "reasons": "We ask two cities."}
    assert program.do(f"tickets/{ticket.reference}/extend", body).json()["answer_by"] == "2027-01-15"
    assert ticket.messages.filter(nature="holding", outgoing__state="queued").count() == 2  # one was there


def test_the_partner_is_told_who_deals_with_it(program: Program, ticket: Ticket, maria: User) -> None:
    shown = program.do(f"tickets/{ticket.reference}/official", {"official": maria.pk}).json()
    assert shown["official"] == {"id": maria.pk, "name": "Maria Manager"}
    assert ticket.messages.filter(nature="holding", outgoing__state="queued").count() == 2  # one was there


def test_a_call_back_is_withdrawn(program: Program, ticket: Ticket) -> None:
    program.do(f"tickets/{ticket.reference}/verify-call", {"number": "+380 542 000 000", "how": "earlier"})
    assert program.do(f"tickets/{ticket.reference}/withdraw-call").status_code == 200
    assert not ticket.callbacks.filter(withdrawn_at=None).exists()


@pytest.mark.parametrize(
    ("act", "values", "status", "code"),
    [
        ("not-spam", {}, 409, "not-spam"),
        ("withdraw-call", {}, 409, "not-verified"),
        ("status", {"status": "new"}, 409, "status"),
        ("status", {"status": "merged"}, 409, "status"),
        ("status", {"status": "solved"}, 422, "outcome-missing"),
        ("status", {"status": "closed", "outcome": "duplicate"}, 422, "reason-missing"),
        ("unmerge", {}, 409, "not-merged"),
        ("snooze", {"until": "2026-11-01T08:00:00Z"}, 422, "past"),
        ("call", {"text": "x", "outcome": "noted", "at": "2027-01-01T08:00:00Z"}, 422, "future"),
        ("extend", {"answer_by": "2026-11-01", "reasons": "x"}, 422, "date-past"),
        ("reply", {"text": "x", "nature": "transfer"}, 422, "contact-missing"),
    ],
)
def test_a_move_that_the_ticket_does_not_allow_is_a_problem(
    program: Program, ticket: Ticket, act: str, values: dict[str, Any], status: int, code: str
) -> None:
    answer = program.do(f"tickets/{ticket.reference}/{act}", values)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code)
    assert problem["type"].endswith("/api/v1/docs#problem-illegal-move")
    assert problem["detail"]


def test_a_date_behind_what_its_rule_allows_is_a_problem_that_names_the_last_one(program: Program) -> None:
    Policy.objects.filter(code="access-to-documents").update(queue=None, position=1)
    ticket = making.opened()
    for act, values in (("extend", {"reasons": "x"}), ("reply", {"text": "x", "nature": "holding"})):
        answer = program.do(f"tickets/{ticket.reference}/{act}", {"answer_by": "2027-01-14", **values})
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (422, "date-beyond")
        assert "13 January 2027" in problem["detail"]


def test_who_left_gets_no_ticket(program: Program, ticket: Ticket) -> None:
    left = making.staff("Left Colleague", is_active=False)
    answer = program.do(f"tickets/{ticket.reference}/assign", {"assignee": left.pk})
    assert (answer.status_code, answer.json()["code"]) == (422, "assignee-inactive")


@pytest.mark.parametrize(
    ("act", "values", "field"),
    [
        ("priority", {"priority": 5}, "priority"),
        ("priority", {}, "priority"),
        ("danger", {"danger_to_life": "perhaps"}, "danger_to_life"),
        ("kind", {"kind": ["need"]}, "kind"),
        ("topic", {"topic": "gardening"}, "topic"),
        ("queue", {"queue": None}, "queue"),
        ("language", {"language": "xx"}, "language"),
        ("accepted-languages", {"languages": ["en", ""]}, "languages.1"),
        ("assign", {"assignee": 2**63}, "assignee"),
        ("assign", {"assignee": "Anna"}, "assignee"),
        ("sensitive", {"sensitive": "perhaps"}, "sensitive"),
        ("status", {"status": "done"}, "status"),
        ("tags", {"tags": ["x" * 51]}, "tags.0"),
        ("official", {"official": 2**63}, "official"),
        ("merge", {"other": "SU-2026-999999"}, "other"),
    ],
)
def test_a_value_that_cannot_be_is_named_by_its_field(
    program: Program, ticket: Ticket, act: str, values: dict[str, Any], field: str
) -> None:
    before = Event.objects.count()
    answer = program.do(f"tickets/{ticket.reference}/{act}", values)
    assert answer.status_code == 422, answer.content
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert Event.objects.count() == before
