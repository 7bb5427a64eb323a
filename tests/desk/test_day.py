"""A day's sixty requests are sorted right with at most five keys each, and hardly a suggestion is wrong.

The keys are pressed on the page as it is served: what is chosen beforehand costs nothing, a number takes or leaves a
suggestion, a letter and the beginning of a name choose another value, Enter goes on. `tests/flows/test_desk_sorting.py`
presses some of them in a real browser.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests import making
from tests.desk.day import DAY, EARLIER, Request
from tests.desk.sheets import Served, SheetRow, read_sheet
from tests.furnishing import furnish
from tickets.actions import triage
from tickets.actions.record import SYSTEM
from tickets.files import keep
from tickets.incoming import Details
from tickets.models import Hromada, Organisation, Region, Ticket, Topic, User

MOST_KEYS = 5
MOST_WRONG = 0.03  # of the suggestions that are right
KEYS = {"kind": "i", "topic": "t", "region": "r", "organisation": "h", "queue": "q", "assignee": "a"}


@pytest.fixture
def reference_data(db: None) -> None:
    furnish(hromadas=True)


@dataclass
class Tally:
    """What came of the suggestions: shown and right, shown and wrong, by field."""

    right: int = 0
    wrong: list[str] = field(default_factory=list)


def arrive(number: int, asked: Request) -> Ticket:
    """The request comes in: by mail, or by the form with what it asks."""
    text = f"{asked.text}\n\n{asked.below}" if asked.below else asked.text
    details = Details(letter_number=asked.letter)
    if asked.form:
        details = Details(kind=asked.kind, topic=asked.topic, region=asked.region, organisation=asked.body)
    return making.opened(
        now=making.NOW + timedelta(minutes=number),
        channel="web_form" if asked.form else "email",
        subject=asked.subject,
        text=text,
        quote_start=len(asked.text) + 2 if asked.below else None,
        language=asked.language,
        sender_name="Somebody Example",
        sender_address=asked.sender,
        files=(keep(asked.file + bytes(3000), name="letter.pdf"),) if asked.file else (),
        details=details,
        acknowledge=False,
    )


def body(named: str) -> Organisation | Hromada | str | None:
    return Hromada.objects.select_related("region").get(katottg=named) if named.startswith("UA") else named or None


def earlier() -> None:
    """What the known senders wrote in the months before."""
    for address, topic, region, named, times in EARLIER:
        for number in range(times):
            before = making.NOW - timedelta(days=120 + number)
            ticket = making.opened(now=before, sender_address=address, subject=f"Earlier {number}", acknowledge=False)
            known: dict[str, Any] = {"actor": SYSTEM, "ticket_id": ticket.pk, "now": before}
            triage.set_topic(topic=Topic.objects.get(code=topic), **known)
            triage.set_region(region=Region.objects.filter(code=region).first(), **known)
            triage.set_organisation(organisation=body(named), **known)
            triage.set_status(status="solved", outcome="answered", **known)


def truth(asked: Request, served: Served) -> dict[str, str]:
    """The values that are right, as the sheet has them: a hromada by its code, or as the organisation that it is."""
    known = (
        Organisation.objects.filter(hromada__katottg=asked.body).first()
        or Organisation.objects.filter(name=asked.body).first()
    )
    offered = dict(served.rows["organisation"].options)
    named = str(known.pk) if known and str(known.pk) in offered else asked.body
    return {
        "kind": asked.kind,
        "topic": asked.topic,
        "region": asked.region,
        "organisation": named,
        "queue": asked.queue,
        "assignee": "",
    }


def keys_for(row: SheetRow, name: str, wanted: str, more: bool) -> list[str]:
    """The keys that bring a field to a value; `more`: another field follows, so the select is left again."""
    if row.chosen == wanted:
        return []
    through = [*row.suggested, row.now]
    if row.guess is not None and wanted in through:
        place = through.index(row.chosen)
        return [row.number] * ((through.index(wanted) - place) % len(through))
    words = dict(row.options)[wanted].casefold()
    start = next(n for n in range(1, len(words) + 1) if _first(row, words[:n]) == wanted)
    return [KEYS[name], *words[:start], *(["Escape"] if more else [])]


def _first(row: SheetRow, typed: str) -> str:
    """What a browser chooses when this is typed."""
    return next((value for value, words in row.options if words.casefold().startswith(typed)), "")


def keys_of(served: Served, asked: Request, wanted: dict[str, str]) -> list[str]:
    """The keys that sort the request on its page."""
    if asked.spam or asked.same_as is not None:
        return ["s" if asked.spam else "d"]
    wrong = [name for name, row in served.rows.items() if row.chosen != wanted[name]]
    presses = [keys_for(served.rows[name], name, wanted[name], more=name != wrong[-1]) for name in wrong]
    return [key for keys in presses for key in keys] + ["Enter"]


def press(desk: Client, served: Served, keys: list[str], wanted: dict[str, str]) -> None:
    """Post what these keys post."""
    last = keys[-1]
    fields = served.fields() | wanted | {"sort": "1"} if last == "Enter" else dict([served.buttons[last]])
    desk.post(f"/desk/triage/{served.reference}/", fields)


def judge(served: Served, wanted: dict[str, str], asked: Request, tally: Tally) -> None:
    for name, row in served.rows.items():
        if row.guess is None or asked.spam or asked.same_as is not None:
            continue
        if row.guess == wanted[name]:
            tally.right += 1
        else:
            sure = "sure" if row.chosen == row.guess else "perhaps"
            tally.wrong.append(f"{asked.subject}: {name} {sure} {row.guess}, is {wanted[name]}")


def test_a_days_sixty_requests_are_sorted_right_with_at_most_five_keys_each(desk: Client, anna: User) -> None:
    earlier()
    for queue in triage.Queue.objects.filter(restricted=True):
        queue.members.add(anna)
    tickets = [arrive(number, asked) for number, asked in enumerate(DAY)]
    numbers = {ticket.reference: number for number, ticket in enumerate(tickets)}
    tally, presses = Tally(), {}
    for _each in DAY:
        served = read_sheet(desk.get("/desk/triage/").content.decode())
        number = numbers[served.reference]
        asked, wanted = DAY[number], truth(DAY[number], served)
        judge(served, wanted, asked, tally)
        presses[number] = keys_of(served, asked, wanted)
        press(desk, served, presses[number], wanted)
    assert read_sheet(desk.get("/desk/triage/").content.decode()).reference == ""
    for number, ticket in enumerate(tickets):
        ticket.refresh_from_db()
        check(ticket, DAY[number], dict(enumerate(tickets)))
    assert {DAY[n].subject: keys for n, keys in presses.items() if len(keys) > MOST_KEYS} == {}
    assert tally.right > 100
    assert len(tally.wrong) <= MOST_WRONG * tally.right, tally.wrong


def check(ticket: Ticket, asked: Request, tickets: Mapping[int, Ticket]) -> None:
    """The ticket is what it should be."""
    if asked.spam:
        assert ticket.status == "spam"
    elif asked.same_as is not None:
        assert ticket.merged_into == tickets[asked.same_as], asked.subject
    else:
        found = (
            ticket.kind,
            ticket.topic and ticket.topic.code,
            ticket.region and ticket.region.code,
            ticket.queue.code,
        )
        assert found == (asked.kind, asked.topic, asked.region or None, asked.queue), asked.subject
        named = ticket.organisation and (
            ticket.organisation.hromada.katottg if ticket.organisation.hromada else ticket.organisation.name
        )
        assert (named or "") == asked.body, asked.subject
        assert ticket.status == "open"
