"""What was there before the search gets its words, and what was renamed is found by its new name."""

import io

import pytest
from django.core.management import call_command

from tests.making import NOW, opened
from tickets.actions.answering import note
from tickets.actions.record import SYSTEM
from tickets.incoming import Details
from tickets.management.commands import index_search
from tickets.models import Organisation, SearchDocument

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]


def run(*options: str) -> str:
    out = io.StringIO()
    call_command("index_search", *options, stdout=out)
    return out.getvalue()


def knows(word: str) -> int:
    return SearchDocument.objects.filter(words__matches=f"'{word}':*").count()


def test_tickets_without_words_get_them_and_the_others_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_search, "BATCH", 2)
    tickets = [opened(acknowledge=False) for _ in range(4)]
    SearchDocument.objects.filter(ticket__in=tickets[:3]).delete()
    SearchDocument.objects.filter(ticket=tickets[3]).update(size=7)
    note(actor=SYSTEM, ticket_id=tickets[0].pk, text="Riga has some.", now=NOW)
    assert knows("riga") == 0
    assert run() == "3 tickets read\n"
    assert knows("riga") == 1
    assert knows("generator") == 4
    assert SearchDocument.objects.get(ticket=tickets[3]).size == 7
    assert run() == "0 tickets read\n"


def test_all_tickets_are_read_anew_behind_the_one_where_it_stopped() -> None:
    first, second = (opened(details=Details(organisation="Old name")) for _ in range(2))
    Organisation.objects.update(name="New name")
    assert run("--all", "--after", str(first.pk)) == "1 tickets read\n"
    assert (knows("old"), knows("new")) == (1, 1)
    assert run("--all") == "2 tickets read\n"
    assert (knows("old"), knows("new")) == (0, 2)
    assert SearchDocument.objects.filter(ticket=second).exists()
