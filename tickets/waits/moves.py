"""What the events of a ticket tell of its course: when it ended, was taken up again, paused, merged. Pure.

Events are walked in the order in which they were written: one about a mail that came late bears the mail's time, which
lies before what had happened until then.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tickets.models import Event, Ticket
from tickets.waits.facts import ENDS, Facts, Pause, Resolved, Step

Status, Verb = Ticket.Status, Event.Verb


@dataclass(frozen=True, slots=True)
class TakenUp:
    """The partner wrote on a ticket that had ended: what had no answer then stays without one."""

    at: datetime
    ended_at: datetime


@dataclass(slots=True)
class Course:
    """`ended_at`: since when the ticket is solved or closed, None while it is not; kept through a merge and spam.

    `ends` holds each time that it was, and when that ceased.
    """

    ended_at: datetime | None = None
    merged_at: datetime | None = None
    spam_at: datetime | None = None
    taken_up: list[TakenUp] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)
    ends: list[tuple[datetime, datetime | None]] = field(default_factory=list)

    @property
    def resolved(self) -> Resolved | None:
        """The first and the last time that it was solved or closed, and how often it was opened again.

        None of a ticket that was neither that nor ever paused.
        """
        if not self.ends:
            return Resolved(None, None, 0) if self.pauses else None
        reopenings = sum(until is not None for _, until in self.ends)
        last, until = self.ends[-1]
        return Resolved(self.ends[0][0], last if until is None else None, reopenings)


def course(facts: Facts) -> Course:
    """Walk the events. What an undone reply had moved was never moved."""
    found, paused = Course(), None
    steps = list(_that_count(facts.steps))
    for place, step in enumerate(steps):
        if step.verb == Verb.MERGED:
            found.merged_at = step.at
        elif step.verb == Verb.UNMERGED:
            found.merged_at = None
        elif step.verb in (Verb.STATUS, Verb.GAVE_BACK) and "to" in step.data:
            before, after = step.data["from"], step.data["to"]
            if Status.SPAM in (before, after):
                # What it was is what it is again when it is spam no more.
                found.spam_at = step.at if after == Status.SPAM else None
                continue
            _move(found, after, step)
            if paused is not None and before == Status.PENDING:
                found.pauses += _pause(_cause(paused, steps[place:], facts), paused.at, step.at)
                paused = None
            if after == Status.PENDING:
                paused = step
    if paused is not None:
        found.pauses += _pause(_cause(paused, [], facts), paused.at, None)
    if found.ended_at is None and facts.status in ENDS and facts.closed_at is not None:
        _end(found, facts.closed_at)
    return found


def _that_count(steps: Sequence[Step]) -> Iterator[Step]:
    undone = {step.message_at: place for place, step in enumerate(steps) if step.verb == Verb.REPLY_UNDONE}
    for place, step in enumerate(steps):
        moved_by_reply = step.verb == Verb.STATUS and not step.by_partner and undone.get(step.at, -1) > place
        if not moved_by_reply:
            yield step


def _move(found: Course, after: str, step: Step) -> None:
    if after in ENDS and found.ended_at is None:
        _end(found, step.at)
    elif after not in ENDS and found.ended_at is not None:
        if step.by_partner:
            # Late mail comes up to the last one that came in time: what came before it is not asked anew.
            at = max(step.at, found.taken_up[-1].at) if found.taken_up else step.at
            found.taken_up.append(TakenUp(at, found.ended_at))
        found.ends[-1] = (found.ends[-1][0], step.at)
        found.ended_at = None


def _end(found: Course, at: datetime) -> None:
    found.ended_at = at
    found.ends.append((at, None))


def _cause(began: Step, later: Sequence[Step], facts: Facts) -> str:
    """What the ticket waited for: as the step tells, else as the step after it found it, else as the ticket has it."""
    if "waiting_for" in began.data:
        return str(began.data["waiting_for"])
    return str(later[0].data.get("before", {}).get("waiting_for", "") if later else facts.waiting_for)


def _pause(cause: str, since: datetime, until: datetime | None) -> list[Pause]:
    """None without a cause, and none that late mail ended before it began."""
    return [Pause(cause, since, until)] if cause and (until is None or until > since) else []
