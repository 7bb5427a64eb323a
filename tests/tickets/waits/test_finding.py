"""Stories of one ticket, and the waits that they tell."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tickets.waits.facts import Carried, Facts, Said, Step
from tickets.waits.finding import Found, find

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def at(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


def hours(instant: datetime | None) -> float | None:
    return None if instant is None else (instant - MONDAY) / timedelta(hours=1)


@dataclass
class Story:
    """What happened on a ticket that came on Monday at hour 0; all times in hours after that."""

    status: str = "open"
    said: list[Said] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    carried: list[Carried] = field(default_factory=list)
    waiting_for: str = ""
    closed_at: datetime | None = None

    def asks(self, when: float) -> "Story":
        self.said.append(Said(len(self.said) + 1, "inbound", "", "", at(when), None, None))
        return self

    def says(self, written: float, sent: float | None = None, nature: str = "answer", state: str = "sent") -> "Story":
        handed = at(written if sent is None else sent) if state in ("sent", "bounced") else None
        self.said.append(Said(len(self.said) + 1, "outbound", nature, state, at(written), handed, 7))
        return self

    def step(
        self, verb: str, when: float, by_partner: bool = False, about: float | None = None, **data: Any
    ) -> "Story":
        self.steps.append(Step(verb, at(when), by_partner, data, None if about is None else at(about)))
        return self

    def moves(self, when: float, before: str, after: str, *, by_partner: bool = False, **data: Any) -> "Story":
        self.status = after
        return self.step("status", when, by_partner, **{"from": before, "to": after}, **data)

    @property
    def found(self) -> Found:
        facts = (tuple(self.said), tuple(self.steps), tuple(self.carried))
        return find(Facts(1, MONDAY, self.status, self.waiting_for, self.closed_at, *facts))

    @property
    def waits(self) -> list[tuple[str, float | None, float | None, str]]:
        return [(each.kind, hours(each.started_at), hours(each.ended_at), each.end) for each in self.found.cycles]


def merged_here(story: Story, since: float, when: float) -> Story:
    story.carried.append(Carried(at(since), at(when)))
    return story


Build = Callable[[], Story]
STORIES: dict[str, tuple[Build, list[tuple[str, float | None, float | None, str]]]] = {
    "nobody asked": (Story, []),
    "asked": (lambda: Story().asks(0), [("first", 0, None, "")]),
    "asked twice before the answer": (lambda: Story().asks(0).asks(5).says(8, 8.1), [("first", 0, 8.1, "answered")]),
    "answered twice": (lambda: Story().asks(0).says(1).says(2), [("first", 0, 1, "answered")]),
    "two answers, and the second leaves first": (
        lambda: Story().asks(0).says(1, 4).asks(2).says(3, 3.5),
        [("first", 0, 3.5, "answered")],
    ),
    "the question crosses with the answer": (
        lambda: Story().asks(0).says(2, 3).asks(2.5).says(9),
        [("first", 0, 3, "answered"), ("next", 2.5, 9, "answered")],
    ),
    "the question crosses with an answer that still waits to be sent": (
        lambda: Story().asks(0).says(2, state="queued").asks(2.5),
        [("first", 0, None, "")],
    ),
    "a holding reply ends nothing": (
        lambda: Story().asks(0).says(1, nature="holding").says(9),
        [("first", 0, 9, "answered")],
    ),
    "a question back ends nothing": (
        lambda: Story().asks(0).says(1, nature="clarification").asks(2).says(9),
        [("first", 0, 9, "answered")],
    ),
    "handed on": (lambda: Story().asks(0).says(4, nature="transfer"), [("first", 0, 4, "transferred")]),
    "the answer came back": (
        lambda: Story().asks(0).says(1, state="bounced").asks(30),
        [("first", 0, None, "")],
    ),
    "the answer came back and another one did not": (
        lambda: Story().asks(0).says(1, state="bounced").asks(30).says(31),
        [("first", 0, 31, "answered")],
    ),
    "the answer was undone": (lambda: Story().asks(0).says(1, state="cancelled"), [("first", 0, None, "")]),
    "closed with the answer, which leaves later": (
        lambda: Story().asks(0).says(1, 1.1).moves(1, "open", "solved"),
        [("first", 0, 1.1, "answered")],
    ),
    "closed without an answer": (
        lambda: Story().asks(0).moves(5, "open", "closed"),
        [("first", 0, 5, "closed")],
    ),
    "closed without an answer, and answered after all": (
        lambda: Story().asks(0).moves(5, "open", "closed").says(6),
        [("first", 0, 6, "answered")],
    ),
    "closed by mistake and opened again by staff": (
        lambda: Story().asks(0).moves(5, "open", "closed").moves(6, "closed", "open"),
        [("first", 0, None, "")],
    ),
    "closed, and the partner writes again": (
        lambda: Story().asks(0).moves(5, "open", "closed").asks(7).moves(7, "closed", "open", by_partner=True).says(9),
        [("first", 0, 5, "closed"), ("next", 7, 9, "answered")],
    ),
    "closed while a mail was on its way": (
        lambda: Story().asks(0).moves(5, "open", "closed").asks(4).moves(4, "closed", "open", by_partner=True),
        [("first", 0, 5, "closed"), ("next", 4, None, "")],
    ),
    "an answer after the partner took it up answers only what came then": (
        lambda: Story().asks(0).moves(5, "open", "closed").asks(7).moves(7, "closed", "open", by_partner=True).says(8),
        [("first", 0, 5, "closed"), ("next", 7, 8, "answered")],
    ),
    "spam": (lambda: Story().asks(0).moves(3, "new", "spam"), [("first", 0, 3, "spam")]),
    "spam and back": (
        lambda: Story().asks(0).moves(3, "new", "spam").moves(4, "spam", "new"),
        [("first", 0, None, "")],
    ),
    "closed, then found to be spam": (
        lambda: Story().asks(0).moves(2, "new", "closed").moves(3, "closed", "spam"),
        [("first", 0, 3, "spam")],
    ),
    "merged into another one": (
        lambda: Story(status="merged").asks(0).step("merged", 4, before={"status": "open"}),
        [("first", 0, 4, "merged")],
    ),
    "closed, then merged into another one": (
        lambda: replace(
            Story().asks(0).moves(2, "open", "closed").step("merged", 4, before={"status": "closed"}), status="merged"
        ),
        [("first", 0, 2, "closed")],
    ),
    "merged and given back": (
        lambda: Story().asks(0).step("merged", 4, before={"status": "open"}).step("unmerged", 5),
        [("first", 0, None, "")],
    ),
    "another one merged into it": (
        lambda: merged_here(Story().asks(2), since=0, when=4).says(6),
        [("first", 0, 6, "answered")],
    ),
    "another one merged into it after its answer": (
        lambda: merged_here(Story().asks(2).says(3), since=0, when=4),
        [("first", 2, 3, "answered"), ("next", 0, None, "")],
    ),
    "an answer written before the merge says nothing about the other": (
        lambda: merged_here(Story().asks(2).says(3, 5), since=0, when=4),
        [("first", 2, 5, "answered"), ("next", 0, None, "")],
    ),
    "a message was split off while it waited": (
        lambda: Story().asks(0).says(1).step("split", 3, about=2),
        [("first", 0, 1, "answered"), ("next", 2, 3, "split")],
    ),
    "one of two messages was split off": (
        lambda: Story().asks(0).step("split", 3, about=1).says(9),
        [("first", 0, 9, "answered")],
    ),
    "the older of two messages was split off": (
        lambda: Story().asks(1).step("split", 3, about=0),
        [("first", 0, 3, "split"), ("next", 1, None, "")],
    ),
    "all that an answer came to was split off before it left": (
        lambda: Story().asks(0).says(1).asks(5).says(6).step("split", 3, about=2),
        [("first", 0, 1, "answered"), ("next", 2, 3, "split"), ("next", 5, 6, "answered")],
    ),
    "a message was split off after its answer": (
        lambda: Story().asks(5).says(2).step("split", 3, about=1).says(9),
        [("first", 1, 2, "answered"), ("next", 5, 9, "answered")],
    ),
    "by phone, answered at once": (lambda: Story().asks(0).says(0), [("first", 0, 0, "answered")]),
    "the house wrote first": (
        lambda: Story().says(0).asks(3).says(4),
        [("next", 3, 4, "answered")],
    ),
    "the house wrote first, to an address that does not exist": (
        lambda: Story().says(0, state="bounced").asks(3),
        [("first", 3, None, "")],
    ),
    "imported late, an old question and its answer in one": (
        lambda: Story().asks(6).says(2).asks(1),
        [("first", 1, 2, "answered"), ("next", 6, None, "")],
    ),
}


@pytest.mark.parametrize("title", STORIES)
def test_a_story_tells_its_waits(title: str) -> None:
    build, waits = STORIES[title]
    assert build().waits == waits


@pytest.mark.parametrize("title", STORIES)
def test_numbers_count_and_only_an_answer_has_an_author(title: str) -> None:
    cycles = STORIES[title][0]().found.cycles
    assert [each.number for each in cycles] == [*range(1, len(cycles) + 1)]
    for each in cycles:
        assert (each.author, each.answer is not None) == (
            (7, True) if each.end in ("answered", "transferred") else (None, False)
        )


@pytest.mark.parametrize("title", STORIES)
def test_at_most_the_last_wait_is_open_and_lists_show_it(title: str) -> None:
    found = STORIES[title][0]().found
    still_open = [each.started_at for each in found.cycles if not each.end]
    assert still_open == ([found.waiting.since] if found.waiting.since else [])


def test_a_merged_ticket_hands_its_wait_on_and_keeps_none() -> None:
    waiting = STORIES["merged into another one"][0]().found.waiting
    assert (waiting.since, waiting.carried) == (None, at(0))
    assert STORIES["closed, then merged into another one"][0]().found.waiting.carried is None


def test_the_first_answer_stays_the_first_whatever_was_asked_since() -> None:
    assert Story().asks(0).says(2, 3).asks(4).says(5).found.waiting.first_answered_at == at(3)


RESOLUTIONS: dict[str, tuple[Build, tuple[float, float | None, int] | None]] = {
    "never": (lambda: Story().asks(0), None),
    "once": (lambda: Story().moves(4, "open", "solved"), (4, 4, 0)),
    "solved, then closed": (lambda: Story().moves(4, "open", "solved").moves(9, "solved", "closed"), (4, 4, 0)),
    "opened again": (lambda: Story().moves(4, "open", "solved").moves(5, "solved", "open"), (4, None, 1)),
    "opened again and closed": (
        lambda: Story().moves(4, "open", "solved").moves(5, "solved", "open").moves(8, "open", "closed"),
        (4, 8, 1),
    ),
    "ended by a reply that was undone": (
        lambda: replace(Story().moves(4, "open", "solved").step("reply_undone", 4.1, about=4), status="open"),
        None,
    ),
    "opened again by a reply that was undone": (
        lambda: replace(
            Story().moves(4, "open", "solved").moves(6, "solved", "open").step("reply_undone", 6.1, about=6),
            status="solved",
        ),
        (4, 4, 0),
    ),
    "merged while it was solved": (
        lambda: Story().moves(4, "open", "solved").step("merged", 6, before={"status": "solved"}),
        (4, 4, 0),
    ),
    "spam and back": (
        lambda: Story().moves(4, "open", "solved").moves(5, "solved", "spam").moves(6, "spam", "solved"),
        (4, 4, 0),
    ),
}


@pytest.mark.parametrize("title", RESOLUTIONS)
def test_a_story_tells_its_resolution(title: str) -> None:
    build, expected = RESOLUTIONS[title]
    resolved = build().found.resolved
    told = resolved and (hours(resolved.first_at), hours(resolved.last_at), resolved.reopenings)
    assert told == expected


PAUSES: dict[str, tuple[Build, list[tuple[str, float | None, float | None]]]] = {
    "asked back, and the partner wrote": (
        lambda: (
            Story().moves(2, "open", "pending", waiting_for="requester").moves(5, "pending", "open", by_partner=True)
        ),
        [("requester", 2, 5)],
    ),
    "for a third party, and still": (
        lambda: Story().moves(2, "open", "pending", waiting_for="third_party"),
        [("third_party", 2, None)],
    ),
    "for one, then for the other": (
        lambda: (
            Story()
            .moves(2, "open", "pending", waiting_for="requester")
            .moves(3, "pending", "pending", waiting_for="third_party")
            .moves(4, "pending", "solved")
        ),
        [("requester", 2, 3), ("third_party", 3, 4)],
    ),
    "for nobody in particular": (lambda: Story().moves(2, "open", "pending", waiting_for=""), []),
    "in events that did not tell yet": (
        lambda: replace(
            Story()
            .moves(2, "open", "pending")
            .step("status", 3, **{"from": "pending", "to": "open", "before": {"waiting_for": "third_party"}})
            .moves(4, "open", "pending"),
            waiting_for="requester",
        ),
        [("third_party", 2, 3), ("requester", 4, None)],
    ),
    "asked back by a reply that was undone": (
        lambda: replace(
            Story().moves(2, "open", "pending", waiting_for="requester").step("reply_undone", 2.1, about=2),
            status="open",
        ),
        [],
    ),
    "put back when a merge was undone": (
        lambda: (
            Story()
            .moves(2, "open", "pending", waiting_for="requester")
            .moves(3, "pending", "open")
            .step("gave_back", 5, **{"from": "open", "to": "pending", "waiting_for": "requester"})
        ),
        [("requester", 2, 3), ("requester", 5, None)],
    ),
}


@pytest.mark.parametrize("title", PAUSES)
def test_a_story_tells_its_pauses(title: str) -> None:
    build, expected = PAUSES[title]
    assert [(each.cause, hours(each.since), hours(each.until)) for each in build().found.pauses] == expected
