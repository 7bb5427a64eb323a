"""What became of a ticket's deadlines, read from what was really sent. Pure: rows and facts in, changes out.

An answer or a transfer that was handed over ends the deadlines of the wait that it ends; a holding reply with a later
date extends that of the reply; what came back never counted. Because it is read anew after each act, a bounce days
later opens again what had ended.

The deadlines of a wait begin with it, and `cycles` says which wait goes on. So a deadline whose beginning is that of
the present wait is open, however it stood before.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from tickets.deadlines import WAITED_FOR, Rules, day_of, end_of
from tickets.models import Duty, Message, Ticket, TicketDeadline
from tickets.policies import Traits
from tickets.regulation import CalendarMissing
from tickets.waits.facts import ENDING, ENDS

End = TicketDeadline.End


@dataclass(frozen=True, slots=True)
class Reply:
    """A mail or call of ours. `sent` is None while it waits; `official`: it names the official in charge."""

    nature: str
    written: datetime
    sent: datetime | None
    author: int | None
    promises: date | None
    official: bool


@dataclass(frozen=True)
class Case:
    """A ticket with all that its deadlines depend on. `carried`: when a wait that began then came here by a merge.

    `replies` are those on their way or handed over, in the order in which they were written.
    """

    ticket: Ticket
    rows: Sequence[TicketDeadline]
    replies: Sequence[Reply]
    carried: Mapping[datetime, datetime]
    rules: Rules
    now: datetime

    @property
    def live(self) -> list[TicketDeadline]:
        """The rows that were not replaced, the oldest first."""
        return [row for row in self.rows if row.end != End.REPLACED]


@dataclass
class Changes:
    """Rows to write anew, and new ones; of those that are changed, what they were is compared by the writer."""

    changed: list[TicketDeadline] = field(default_factory=list)
    made: list[TicketDeadline] = field(default_factory=list)
    missing: int | None = None  # the year whose closing days are not known


def owes(ticket: Ticket, since: datetime) -> bool:
    """Whether the house owes anything by a date for a wait that began then.

    What is imported is history. Somebody who called is owed an answer by a date only if one was promised.
    """
    if ticket.channel == Ticket.Channel.IMPORT:
        return False
    return ticket.channel != Ticket.Channel.PHONE or since > ticket.received_at or ticket.answer_by is not None


def read(case: Case) -> Changes:
    """Bring the deadlines in line with what was sent, and make those of a wait that has none."""
    changes = Changes()
    for row in case.live:
        if row.duty != Duty.REPLY:
            _set(row, _verdict(row, case), changes)
    for begun in sorted({row.started_at for row in case.live if row.duty == Duty.REPLY}):
        _read_chain([row for row in case.live if row.duty == Duty.REPLY and row.started_at == begun], case, changes)
    since = None if case.ticket.settled else case.ticket.waiting_since
    if since is not None and owes(case.ticket, since):
        begun_duties = {row.duty for row in case.live if row.started_at == since or row.duty == Duty.OFFICIAL}
        wanted = [duty for duty in _owed(case.ticket) if duty not in begun_duties]
        for row in begin(case.ticket, since, wanted, case.rules, changes):
            changes.made.append(row)
            if row.duty == Duty.REPLY:
                _read_chain([row], case, changes)
    if any(row.end == End.OPEN for row in changes.changed):
        _choose_again(case, changes)  # the rules may have changed while it was not open
    return changes


def begin(
    ticket: Ticket, since: datetime, duties: Sequence[str], rules: Rules, changes: Changes
) -> list[TicketDeadline]:
    """New deadlines of a wait. Without the closing days there is none, and `changes` names the year that is missing."""
    chosen, made = rules.choose(Traits.of(ticket)), []
    for duty in duties:
        if duty not in chosen:
            continue
        try:
            due = rules.due(chosen[duty], since)
        except CalendarMissing as error:
            changes.missing = error.year
            continue
        row = TicketDeadline(ticket=ticket, duty=duty, policy_id=chosen[duty].policy, started_at=since)
        row.due_on, row.due_at, row.calendar_version_id = due.on, due.at, rules.version
        if (period := chosen[duty].period) is not None:
            row.count, row.unit = period.count, period.unit
        row.told_on = told_for(ticket, since) if duty == Duty.REPLY else None
        made.append(row)
    return made


def choose_again(case: Case) -> Changes:
    """What the rules of now ask instead of what they asked: open deadlines alone, and none that a mail extended."""
    changes = Changes()
    _choose_again(case, changes)
    return changes


def told_for(ticket: Ticket, since: datetime) -> date | None:
    """The date that the partner was told for the wait that began then."""
    if ticket.answer_by is None or day_of(since) > ticket.answer_by:
        return None
    told_at, answered = ticket.answer_by_told_at, ticket.first_answered_at
    if answered is None or answered > since or (told_at is not None and told_at >= since):
        return ticket.answer_by
    return None


Verdict = tuple[str, datetime | None, int | None]
OPEN: Verdict = (End.OPEN, None, None)


def _owed(ticket: Ticket) -> list[str]:
    first = ticket.first_answered_at is None and ticket.official_id is None
    return [*([Duty.OFFICIAL] if first else []), *WAITED_FOR]


def _choose_again(case: Case, changes: Changes) -> None:
    chosen = case.rules.choose(Traits.of(case.ticket))
    for row in case.live:
        if row.end != End.OPEN or row.extends_id is not None or row.duty == Duty.ACKNOWLEDGE:
            continue
        rule = chosen.get(row.duty)
        made = begin(case.ticket, row.started_at, [row.duty] if rule else [], case.rules, changes)
        if changes.missing or (made and (made[0].policy_id, made[0].due_on) == (row.policy_id, row.due_on)):
            continue
        _set(row, (End.REPLACED, case.now, None), changes)
        changes.made += made


def _read_chain(chain: Sequence[TicketDeadline], case: Case, changes: Changes) -> None:
    """The deadline of a wait's reply, and what extended it: each later date that the partner was told."""
    first, known = chain[0], list(chain[1:])
    if _verdict(first, case)[0] == End.REPLACED:
        _take_back(chain, case, changes)
        return
    last, due = first, first.due_on
    for reply in _promises(first, case):
        if reply.promises is None or reply.promises <= due:
            continue
        due = reply.promises
        _set(last, (End.EXTENDED, reply.written, reply.author), changes)
        if known and known[0].due_on == due:
            last = known.pop(0)
            continue
        _take_back(known, case, changes)
        known = []
        last = _extension(last, due)
        changes.made.append(last)
    _take_back(known, case, changes)
    verdict = _verdict(last, case)
    told = told_for(case.ticket, last.started_at)
    if last is first and verdict == OPEN and told != last.told_on:
        last.told_on = told
        _change(last, changes)
    _set(last, verdict, changes)


def _extension(row: TicketDeadline, until: date) -> TicketDeadline:
    return TicketDeadline(
        ticket_id=row.ticket_id,
        duty=row.duty,
        policy_id=row.policy_id,
        count=row.count,
        unit=row.unit,
        started_at=row.started_at,
        due_on=until,
        due_at=end_of(until),
        told_on=until,
        calendar_version_id=row.calendar_version_id,
        extends=row,
    )


def _take_back(rows: Sequence[TicketDeadline], case: Case, changes: Changes) -> None:
    """What a mail extended that the partner never got was not extended."""
    for row in rows:
        row.extends = None
        _set(row, (End.REPLACED, case.now, None), changes)


def _verdict(row: TicketDeadline, case: Case) -> Verdict:
    """How a deadline stands now."""
    ticket, begun = case.ticket, row.started_at
    goes_on = not ticket.settled and begun == ticket.waiting_since
    done = None if goes_on and row.duty in WAITED_FOR else _done(row, case)
    if done is not None:
        return (End.DONE, *done)
    if ticket.status == Ticket.Status.SPAM:
        return (End.SPAM, row.ended_at if row.end == End.SPAM else case.now, None)
    if row.end == End.CLOSED and not goes_on:
        return (End.CLOSED, row.ended_at, None)
    if ticket.status == Ticket.Status.MERGED:
        return (End.MERGED, ticket.merged_at or case.now, None)
    if ticket.status in ENDS:
        return OPEN if _on_its_way(row, case) else (End.CLOSED, ticket.closed_at or case.now, None)
    if goes_on:
        return OPEN if owes(ticket, begun) else (End.REPLACED, case.now, None)
    if row.duty not in WAITED_FOR:
        return OPEN
    if row.end == End.SPAM and ticket.waiting_since is not None and begun < ticket.waiting_since:
        return (End.CLOSED, row.ended_at, None)  # as it had ended before
    return (End.REPLACED, case.now, None)


def _done(row: TicketDeadline, case: Case) -> tuple[datetime, int | None] | None:
    """When the first mail that does what the duty asks was handed over, and who wrote it."""
    found = [(reply.sent, reply.author) for reply in _that_do(row, case) if reply.sent is not None]
    if row.duty == Duty.ACKNOWLEDGE and case.ticket.acknowledged_at is not None:
        found.append((case.ticket.acknowledged_at, None))
    return min(found, key=lambda each: each[0], default=None)


def _on_its_way(row: TicketDeadline, case: Case) -> bool:
    return any(reply.sent is None for reply in _that_do(row, case))


def _that_do(row: TicketDeadline, case: Case) -> Iterator[Reply]:
    for reply in _since(row, case):
        if reply.nature in ENDING or (row.duty == Duty.OFFICIAL and reply.official):
            yield reply


def _promises(row: TicketDeadline, case: Case) -> Iterator[Reply]:
    """The replies of a wait that told a date, before it was answered."""
    for reply in _since(row, case):
        if reply.sent is not None and reply.nature in ENDING:
            return
        if reply.nature == Message.Nature.HOLDING and reply.promises is not None:
            yield reply


def _since(row: TicketDeadline, case: Case) -> Iterator[Reply]:
    """The replies that were written from the beginning of a deadline to the next wait."""
    start = case.carried.get(row.started_at, row.started_at)
    later = [each.started_at for each in case.live if each.duty == row.duty and each.started_at > row.started_at]
    until = min(later, default=None)
    for reply in case.replies:
        if reply.written >= start and (until is None or reply.written < until):
            yield reply


def _set(row: TicketDeadline, verdict: Verdict, changes: Changes) -> None:
    if (row.end, row.ended_at, row.done_by_id) != verdict:
        row.end, row.ended_at, row.done_by_id = verdict
        _change(row, changes)


def _change(row: TicketDeadline, changes: Changes) -> None:
    """A row that is not written yet is written as it is then."""
    if row.pk is not None and row not in changes.changed:
        changes.changed.append(row)
