"""From the facts of one ticket to its reply cycles, its resolution and what it waits for now. Pure.

An answer answers what came before it was written, and the wait ends when it was handed over: of the answers that were
written after a message the one that left first. Messages that the same answer ended make one cycle, from the oldest.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from tickets.models import Event, Message, ReplyCycle, Ticket
from tickets.waits.facts import ENDS, Cycle, Facts, Pause, Resolved, Said, Waiting
from tickets.waits.moves import Course, course

End, Kind = ReplyCycle.End, ReplyCycle.Kind
NATURES = {Message.Nature.ANSWER: End.ANSWERED, Message.Nature.TRANSFER: End.TRANSFERRED}


@dataclass(frozen=True, slots=True)
class Found:
    """What the facts of a ticket tell."""

    cycles: tuple[Cycle, ...]
    resolved: Resolved | None
    pauses: tuple[Pause, ...]
    waiting: Waiting


@dataclass(frozen=True, slots=True)
class _Asked:
    """Something that wants an answer: in force from `at`, its partner waits since `since`; `left`: split off then.

    `part` counts how often the partner took the ticket up after its end until then; `answer` ended it, or None.
    """

    at: datetime
    since: datetime
    left: datetime | None = None
    part: int = 0
    answer: Said | None = None


def find(facts: Facts) -> Found:
    """Read a ticket's cycles in their order, its resolution and its wait."""
    moves = course(facts)
    answers = sorted((each for each in facts.said if each.ends), key=attrgetter("at", "id"))
    asked = [_with_answer(each, answers, moves) for each in _asked(facts)]
    waits = sorted((wait for group in _groups(asked) for wait in _waits(group, facts, moves)), key=lambda each: each[0])
    first = waits[0][0] if waits else None
    outbound_first = first is not None and any(each.reaches and each.at < first for each in facts.said)
    cycles = tuple(
        replace(cycle, number=number, kind=Kind.FIRST if number == 1 and not outbound_first else Kind.NEXT)
        for number, (_, cycle) in enumerate(waits, start=1)
    )
    waiting = _waiting(facts, moves, cycles, answers)
    return Found(cycles, moves.resolved, tuple(moves.pauses), waiting)


def _asked(facts: Facts) -> list[_Asked]:
    """The partner's messages, those that were split off, and the waits of tickets merged into this one."""
    own = [_Asked(each.at, each.at) for each in facts.said if each.kind == Message.Kind.INBOUND]
    gone = [
        _Asked(step.message_at, step.message_at, step.at)
        for step in facts.steps
        if step.verb == Event.Verb.SPLIT and step.message_at is not None
    ]
    carried = [_Asked(each.at, each.since) for each in facts.carried]
    return sorted([*own, *gone, *carried], key=attrgetter("at", "since"))


def _with_answer(asked: _Asked, answers: Sequence[Said], moves: Course) -> _Asked:
    part = sum(each.at <= asked.at for each in moves.taken_up)
    until = moves.taken_up[part].at if part < len(moves.taken_up) else None
    fitting = (answer for answer in answers if answer.at >= asked.at and (until is None or answer.at < until))
    return replace(asked, part=part, answer=min(fitting, key=attrgetter("sent_at", "at", "id"), default=None))


def _groups(asked: Sequence[_Asked]) -> Iterator[list[_Asked]]:
    """What one answer ended, and what had none until the ticket was taken up again, each in one group."""

    def key(each: _Asked) -> tuple[int, int]:
        return each.part, each.answer.id if each.answer else 0

    for _, group in groupby(sorted(asked, key=lambda each: (key(each), each.at)), key):
        yield list(group)


def _waits(group: Sequence[_Asked], facts: Facts, moves: Course) -> Iterator[tuple[datetime, Cycle]]:
    """The cycle of a group, with the time from which it holds; before it one that ended as what began it was split off.

    What was split off from within a wait leaves it as it is.
    """
    answer = group[0].answer
    end, ended_at = _end(group[0].part, facts, moves)
    if answer is not None:
        end, ended_at = NATURES[Message.Nature(answer.nature)], answer.sent_at
    stays = [each for each in group if not _left_before(each, answer)]
    first = stays[0].at if stays else None
    gone = [each for each in group if _left_before(each, answer) and (first is None or each.at < first)]
    if gone:
        yield _split_off(gone, end, ended_at)
    if stays:
        cycle = _ended(min(each.since for each in stays), end, ended_at)
        yield stays[0].at, replace(cycle, answer=answer.id, author=answer.author) if answer else cycle


def _left_before(asked: _Asked, answer: Said | None) -> bool:
    """What was split off before the answer left is answered on its own ticket."""
    return asked.left is not None and (answer is None or answer.sent_at is None or answer.sent_at > asked.left)


def _end(part: int, facts: Facts, moves: Course) -> tuple[str, datetime | None]:
    """How what nobody answered ended: with the ticket, or with what became of it."""
    if facts.status == Ticket.Status.SPAM:
        return End.SPAM, moves.spam_at
    if part < len(moves.taken_up):
        return End.CLOSED, moves.taken_up[part].ended_at
    if moves.ended_at is not None or facts.status in ENDS:
        return End.CLOSED, moves.ended_at
    if facts.status == Ticket.Status.MERGED:
        return End.MERGED, moves.merged_at
    return End.OPEN, None


def _split_off(gone: Sequence[_Asked], end: str, ended_at: datetime | None) -> tuple[datetime, Cycle]:
    left = max(each.left for each in gone if each.left is not None)
    since = min(each.since for each in gone)
    if end == End.CLOSED and ended_at is not None and ended_at <= left:
        return gone[0].at, _ended(since, end, ended_at)
    return gone[0].at, _ended(since, End.SPLIT, left)


def _ended(since: datetime, end: str, ended_at: datetime | None) -> Cycle:
    """What came after the ticket had ended, and took nothing up, waited for nothing."""
    return Cycle(0, "", since, None if end == End.OPEN else max(ended_at or since, since), end)


def _waiting(facts: Facts, moves: Course, cycles: Sequence[Cycle], answers: Sequence[Said]) -> Waiting:
    """What the ticket's row shows. A merged ticket waits for nothing itself: it hands its wait on."""
    first = min((each.sent_at for each in answers if each.sent_at is not None), default=None)
    since = next((each.started_at for each in cycles if each.end == End.OPEN), None)
    carried = [each.started_at for each in cycles if each.end == End.MERGED and facts.status == Ticket.Status.MERGED]
    return Waiting(since, first, min(carried, default=None))
