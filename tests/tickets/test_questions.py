"""A question that is written once gives what its queryset gives, each time anew."""

import itertools
import re
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.db.transaction import TransactionManagementError
from pytest_django import DjangoAssertNumQueries

from tests.making import NOW, opened, staff
from tests.planning import disable
from tickets.actions.following import FOLLOWERS
from tickets.actions.people import BY_ADDRESS, PARTICIPANT
from tickets.actions.record import LOCKED
from tickets.models import Follower, Message, Ticket, User
from tickets.questions import Given, Handwritten, Question
from tickets.threads import ALIKE, BY_MESSAGE_ID, BY_PROVIDER_ID

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]

TICKETS = Question(
    lambda: (
        Ticket.objects.select_related("requester", "assignee")
        .annotate(followed=Exists(Follower.objects.filter(ticket=OuterRef("pk"))))
        .filter(pk=Given("ticket"))
    )
)


def test_an_object_comes_with_its_relations_converted_values_and_annotations(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    ticket = opened(channel="web_form")
    Follower.objects.create(ticket=ticket, user=staff(), created_at=NOW)
    with django_assert_num_queries(1):
        found = TICKETS.first(ticket=ticket.pk)
        assert found is not None
        assert found.requester is not None
        assert (found.requester.name, found.assignee) == ("Olena Example", None)
    for field in Ticket._meta.concrete_fields:
        assert getattr(found, field.attname) == getattr(ticket, field.attname), field.name
    assert found.accepted_languages == ["en"]
    assert found.followed is True  # type: ignore[attr-defined]


def test_each_asking_takes_its_own_values() -> None:
    first, second = opened(), opened()
    assert [TICKETS.first(ticket=each.pk) for each in (second, first)] == [second, first]
    assert TICKETS.first(ticket=0) is None


def test_lists_are_asked_for_by_any_of_and_come_in_their_order() -> None:
    tickets = [opened() for _ in range(3)]
    named = Question(lambda: Ticket.objects.filter(reference__any_of=Given("references")).order_by("-id"))
    assert named.all(references=[tickets[0].reference, tickets[2].reference]) == [tickets[2], tickets[0]]
    assert named.all(references=[]) == []


def test_values_come_as_rows_and_what_is_left_out_is_read_later() -> None:
    ticket = opened()
    rows = Question(lambda: Message.objects.filter(ticket=Given("ticket")).order_by("id").values_list("kind", "to"))
    assert rows.all(ticket=ticket.pk)[0] == ("inbound", [])
    partly = Question(lambda: Ticket.objects.only("reference").filter(pk=Given("ticket")))
    found = partly.first(ticket=ticket.pk)
    assert found is not None
    assert found.get_deferred_fields() >= {"subject", "kind"}
    assert found.subject == ticket.subject


def test_values_that_stay_the_same_stand_in_the_text() -> None:
    """A partial index is found only by a condition that the planner sees."""
    odd = Question(lambda: Message.objects.filter(pk=Given("pk"), subject="100 % 's").exclude(message_id_hash=""))
    message = opened(subject="100 % 's").messages.earliest("id")
    assert odd.first(pk=message.pk) == message
    assert odd._written.names == ["pk"]


@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_in_a_transaction_only() -> None:
    locked = Question(lambda: User.objects.select_for_update().filter(pk=Given("user")))
    with transaction.atomic():
        assert locked.first(user=0) is None
    with pytest.raises(TransactionManagementError):
        locked.first(user=0)


def test_a_statement_of_our_own_gives_a_whole_row() -> None:
    ticket = opened(channel="web_form")
    renamed = Handwritten(Ticket, "UPDATE tickets_ticket SET subject = %(to)s WHERE id = %(pk)s RETURNING {columns}")
    found = renamed.first(pk=ticket.pk, to="Buses")
    assert found is not None
    assert (found.pk, found.subject, found.accepted_languages) == (ticket.pk, "Buses", ["en"])
    assert renamed.first(pk=0, to="") is None


@pytest.mark.parametrize("question", [LOCKED, ALIKE, BY_ADDRESS, PARTICIPANT, FOLLOWERS, BY_MESSAGE_ID, BY_PROVIDER_ID])
def test_what_every_mail_asks_finds_its_indexes_before_the_values_are_known(question: Question[Any]) -> None:
    """PostgreSQL keeps one plan for a statement that comes again and again."""
    number = itertools.count(1)
    text = re.sub("%s", lambda _: f"${next(number)}", question._written.text)
    disable("seqscan")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
    server = connection.connection.pgconn  # the driver's own way would want the values
    server.exec_(f"PREPARE asked AS {text}".encode())
    answer = server.exec_(f"EXPLAIN EXECUTE asked({', '.join(['NULL'] * len(question._written.names))})".encode())
    server.exec_(b"DEALLOCATE asked")
    plan = "\n".join((answer.get_value(line, 0) or b"").decode() for line in range(answer.ntuples))
    assert "Index" in plan, answer.error_message
    assert "Seq Scan" not in plan
