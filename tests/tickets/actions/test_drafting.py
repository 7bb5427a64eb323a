"""What somebody types is kept, nobody writes over it unknowingly, and it goes with its answer and its person."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.making import NOW, opened, staff
from tickets.actions import answering, drafting, merging
from tickets.actions.drafting import Written
from tickets.actions.erasing import erase_person
from tickets.actions.record import SYSTEM, Actor
from tickets.errors import IllegalMove
from tickets.files import keep
from tickets.models import DiscardedFile, Draft, DraftFile, Event, Ticket, User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
BEGUN = Written(text="Dear Olena,", fields={"nature": "answer"}, page="page-1")


@pytest.fixture
def ticket() -> Ticket:
    return opened()


@pytest.fixture
def anna() -> User:
    return staff("Anna Agent")


def save(ticket: Ticket, person: User, written: Written = BEGUN, **changes) -> int:
    written = replace(written, **changes)
    return drafting.save(actor=Actor.staff(person), ticket_id=ticket.pk, written=written, now=NOW)


def take(ticket: Ticket, person: User, author: User, *, merged: Ticket) -> Draft:
    actor = Actor.staff(person)
    return drafting.take_over(actor=actor, ticket_id=ticket.pk, author_id=author.pk, merged_id=merged.pk, now=NOW)


def refused(ticket: Ticket, person: User, **changes) -> IllegalMove:
    with pytest.raises(IllegalMove) as move:
        save(ticket, person, **changes)
    return move.value


def test_each_saving_is_a_version_and_none_an_event(ticket: Ticket, anna: User) -> None:
    events = Event.objects.count()
    assert save(ticket, anna) == 1
    assert save(ticket, anna, text="Dear Olena, two", version=1) == 2
    draft = Draft.objects.get()
    assert (draft.text, draft.fields, draft.author) == ("Dear Olena, two", {"nature": "answer"}, anna)
    assert Event.objects.count() == events


def test_the_draft_of_a_merged_ticket_is_taken_over_on_the_one_that_took_it_in(ticket: Ticket, anna: User) -> None:
    ben, target = staff("Ben"), opened(subject="The same")
    save(ticket, anna, files=(keep(b"list", name="list.txt"),))
    save(target, ben, text="Good day,", page="page-2")
    with pytest.raises(IllegalMove):  # not merged
        take(target, ben, anna, merged=ticket)
    merging.merge(actor=SYSTEM, ticket_id=ticket.pk, into_id=target.pk, now=NOW)
    draft = take(target, ben, anna, merged=ticket)
    assert (draft.ticket, draft.author, draft.taken_from) == (target, ben, anna)
    assert draft.text == "Good day,\n\nDear Olena,"
    assert draft.files.count() == Draft.objects.count() == 1


def test_ones_own_draft_comes_along_too(ticket: Ticket, anna: User) -> None:
    target = opened(subject="The same")
    save(ticket, anna)
    merging.merge(actor=SYSTEM, ticket_id=ticket.pk, into_id=target.pk, now=NOW)
    take(target, anna, anna, merged=ticket)
    draft = Draft.objects.get()
    assert (draft.ticket, draft.author, draft.taken_from) == (target, anna, None)


def test_two_people_have_a_draft_each(ticket: Ticket, anna: User) -> None:
    save(ticket, anna)
    save(ticket, staff("Ben"), text="Dear Ms Example,", page="page-2")
    assert sorted(Draft.objects.values_list("text", flat=True)) == ["Dear Ms Example,", "Dear Olena,"]


def test_another_window_is_not_written_over_but_knowingly(ticket: Ticket, anna: User) -> None:
    save(ticket, anna)
    save(ticket, anna, text="from window two", version=1, page="page-2")
    assert refused(ticket, anna, text="from window one", version=1).code == "draft-changed"
    assert refused(ticket, anna, text="from window three", page="page-3").code == "draft-changed"
    assert Draft.objects.get().text == "from window two"
    assert save(ticket, anna, text="from window one", version=2) == 3


def test_a_page_that_did_not_hear_of_its_last_saving_goes_on(ticket: Ticket, anna: User) -> None:
    save(ticket, anna)
    save(ticket, anna, text="Dear Olena, two", version=1)
    assert save(ticket, anna, text="Dear Olena, two generators", version=1) == 3


def test_an_emptied_text_is_no_draft(ticket: Ticket, anna: User) -> None:
    file = keep(b"plan", name="plan.txt")
    save(ticket, anna, files=(file,))
    assert save(ticket, anna, text=" \n", version=1) == 0
    assert not Draft.objects.exists()
    assert DiscardedFile.objects.get().path == file.path


def test_files_go_with_the_draft_and_one_that_is_taken_out_is_discarded(ticket: Ticket, anna: User) -> None:
    plan, letter = keep(b"plan", name="plan.txt"), keep(b"letter", name="letter.txt")
    save(ticket, anna, files=(plan, letter))
    assert [file.name for file in Draft.objects.get().files.all()] == ["plan.txt", "letter.txt"]
    save(ticket, anna, files=(letter,), version=1)
    assert [file.path for file in Draft.objects.get().files.all()] == [letter.path]
    assert DiscardedFile.objects.get().path == plan.path


def test_the_answer_takes_the_draft_of_its_writer_alone(ticket: Ticket, anna: User) -> None:
    ben = staff("Ben")
    file = keep(b"plan", name="plan.txt")
    save(ticket, anna, files=(file,))
    save(ticket, ben, page="page-2")
    answering.reply(
        actor=Actor.staff(anna), ticket_id=ticket.pk, text="Dear Olena,", files=[file], key="page-1", now=NOW
    )
    assert Draft.objects.get().author == ben
    assert not DraftFile.objects.exists()


def test_a_saving_that_comes_after_the_answer_brings_no_draft_back(ticket: Ticket, anna: User) -> None:
    answering.reply(actor=Actor.staff(anna), ticket_id=ticket.pk, text="Dear Olena,", key="page-1", now=NOW)
    assert refused(ticket, anna).code == "draft-gone"
    assert refused(ticket, anna, version=3).code == "draft-gone"
    assert not Draft.objects.exists()


def test_what_is_taken_over_stands_below_ones_own(ticket: Ticket, anna: User) -> None:
    ben = staff("Ben")
    plan, letter = keep(b"plan", name="plan.txt"), keep(b"letter", name="letter.txt")
    save(ticket, anna, files=(plan,))
    save(ticket, ben, text="From Riga:", files=(letter,), page="page-2")
    later = NOW + timedelta(minutes=1)
    drafting.take_over(actor=Actor.staff(ben), ticket_id=ticket.pk, author_id=anna.pk, now=later)
    draft = Draft.objects.get()
    assert (draft.author, draft.taken_from, draft.text) == (ben, anna, "From Riga:\n\nDear Olena,")
    assert [file.name for file in draft.files.all()] == ["letter.txt", "plan.txt"]
    told = refused(ticket, anna, version=1)
    assert told.code == "draft-taken"
    assert "Ben" in str(told.message)
    assert save(ticket, anna, text="On my own again") == 1


def test_what_is_gone_cannot_be_taken_over(ticket: Ticket, anna: User) -> None:
    for author in (anna.pk, 0):
        with pytest.raises(IllegalMove, match="draft-gone"):
            drafting.take_over(actor=Actor.staff(anna), ticket_id=ticket.pk, author_id=author, now=NOW)


def test_with_a_person_go_the_drafts_of_their_tickets(ticket: Ticket, anna: User) -> None:
    other = opened(sender_address="petro@hromada.example")
    file = keep(b"plan", name="plan.txt")
    save(ticket, anna, files=(file,))
    save(other, anna)
    erase_person(actor=SYSTEM, requester_id=ticket.requester_id or 0, now=NOW)
    assert Draft.objects.get().ticket == other
    assert file.path in DiscardedFile.objects.values_list("path", flat=True)
