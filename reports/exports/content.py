"""What each report gives into a file: its figures as tables, in the language of the reader."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reports import panels
from reports.exports.tables import Column, Kind, Table, Value
from reports.names import DIMENSIONS, Key, Names
from reports.on_time import OnTime
from reports.queries.compliance import MEANINGS, Compliance
from reports.queries.flow import Flow
from reports.queries.now import AGES, Standing
from reports.survival import NotReached
from reports.waiting import Waiting
from tickets import flow, interim
from tickets.models import Duty, Ticket, TicketDeadline

_DUTIES = dict(Duty.choices)


def of_now(found: Standing, names: Names) -> Iterator[Table]:
    """How things stand: by each dimension, by age of the wait, and what is promised."""
    columns = [
        Column(pgettext("number of tickets", "open"), Kind.NUMBER),
        Column(pgettext("number of tickets", "waiting for us"), Kind.NUMBER),
        Column(pgettext("number of tickets", "overdue"), Kind.NUMBER),
    ]
    whole = [(_("all"), found.all.open, found.all.waiting, found.all.overdue)]
    yield Table("all", pgettext("table", "All"), [Column(pgettext("table", "Tickets")), *columns], whole)
    for code, tallies in found.parts.items():
        rows: list[tuple[Value, ...]] = [
            (names.part(code, key).label, each.open, each.waiting, each.overdue) for key, each in tallies.items()
        ]
        words = str(DIMENSIONS[code].words)
        yield Table(code, words, [Column(words), *columns], sorted(rows, key=str))
    ages: list[tuple[Value, ...]] = list(zip(AGES, found.ages, strict=True))
    heads = [Column(_("Waiting for so many days or more"), Kind.NUMBER), Column(_("Tickets"), Kind.NUMBER)]
    yield Table("ages", _("How long they have waited"), heads, ages)
    heads = [Column(_("Day"), Kind.DAY), Column(_("answers promised"), Kind.NUMBER)]
    yield Table("promised", _("Promised"), heads, sorted(found.due.items()))


def of_times(
    measures: Mapping[str, Waiting], on_time: OnTime, parts: Mapping[str, Mapping[Key, Waiting]], names: Names
) -> Iterator[Table]:
    """Response times: the measures, what net left out of them, replies in time, and the first response by each part."""
    columns = list(_waiting_columns())
    rows = [(str(panels.PANELS[code].title), *_waiting(each)) for code, each in measures.items()]
    yield Table("times", _("Response times"), [Column(_("Measure")), *columns], rows)
    yield from (_left_out(code, each) for code, each in measures.items() if each.left_out)
    kept: list[tuple[Value, ...]] = [
        (pgettext("deadline", "answered in time"), on_time.kept),
        (pgettext("deadline", "late, or open and overdue"), on_time.late),
        (pgettext("deadline", "closed without an answer before it"), on_time.closed),
        (pgettext("deadline", "open and not yet due"), on_time.undecided),
    ]
    heads = [Column(_("Replies within their deadline")), Column(_("Tickets"), Kind.NUMBER)]
    yield Table("on-time", _("Replies within their deadline"), heads, kept)
    if on_time.share is not None:
        shares = [(_("estimate"), on_time.share.value), (_("band, from"), on_time.share.low)]
        shares += [(_("band, to"), on_time.share.high)]
        heads = [Column(_("Share within the deadline")), Column(_("Share"), Kind.SHARE)]
        yield Table("on-time-share", _("Share within the deadline"), heads, shares)
    for code, found in parts.items():
        words = str(DIMENSIONS[code].words)
        lines = [(names.part(code, key).label, *_waiting(each)) for key, each in found.items()]
        title = str(panels.PANELS[f"by-{code}"].title)
        yield Table(
            f"by-{code}", title, [Column(words), *columns], sorted(lines, key=lambda line: str(line[0]).casefold())
        )


def _left_out(code: str, found: Waiting) -> Table:
    """What net leaves out of a measure."""
    name = _("Left out: %(measure)s") % {"measure": panels.PANELS[code].title}
    columns = [
        Column(_("Left out: we waited for")),
        Column(pgettext("number of waits", "waits"), Kind.NUMBER),
        Column(pgettext("length of time", "together"), Kind.DURATION),
    ]
    rows = [(str(Ticket.WaitingFor(cause).label), each.waits, each.seconds) for cause, each in found.left_out.items()]
    return Table(f"left-out-{code}", name, columns, rows)


def _waiting_columns() -> Iterator[Column]:
    yield Column(pgettext("number of waits", "all"), Kind.NUMBER)
    yield Column(pgettext("number of waits", "answered"), Kind.NUMBER)
    yield Column(pgettext("number of waits", "closed without an answer"), Kind.NUMBER)
    yield Column(_("still open"), Kind.NUMBER)
    yield Column(_("excluded"), Kind.NUMBER)
    for words in (_("half"), _("three in four"), _("nine in ten")):
        yield Column(words, Kind.DURATION)
        yield Column(_("%(share)s, band from") % {"share": words}, Kind.DURATION)
        yield Column(_("%(share)s, band to") % {"share": words}, Kind.DURATION)


def _waiting(found: Waiting) -> tuple[Value, ...]:
    """A cell stays empty where a time is not reached."""
    times = (time for each in found.reached for time in (each.at, each.low, each.high))
    reached = (None if isinstance(time, NotReached) else time for time in times)
    return (found.n, found.answered, found.closed, found.open, found.excluded, *reached)


def of_flow(found: Flow) -> Iterator[Table]:
    """The flow over time, by hour, how soon acknowledgements left, and what was sent before answers."""
    time = [
        Column(_("First day"), Kind.DAY),
        Column(_("Last day"), Kind.DAY),
        Column(pgettext("tickets", "came"), Kind.NUMBER),
        Column(pgettext("tickets", "resolved"), Kind.NUMBER),
        Column(pgettext("tickets", "open at the end"), Kind.NUMBER),
    ]
    slices = [(each.first, each.last, each.came, each.resolved, each.open) for each in found.slices]
    yield Table("flow", _("Flow over time"), time, slices)
    facts = [
        (_("open before"), found.open_before),
        (_("opened again, of those that came"), found.reopened),
        (_("left out: spam or merged"), found.left),
        (_("with mail of ours that did not arrive"), found.undelivered),
    ]
    number = Column(_("Tickets"), Kind.NUMBER)
    yield Table("facts", _("Further figures"), [Column(_("Figure")), number], facts)
    soon = [(str(words), found.acknowledged.steps[step]) for step, (_limit, words) in flow.STEPS.items()]
    yield Table("acknowledged", _("Acknowledgements"), [Column(_("Acknowledgement handed over")), number], soon)
    times = [(_("half"), found.acknowledged.half), (_("nine in ten"), found.acknowledged.nine_in_ten)]
    took = Column(_("Time until handed over"), Kind.DURATION)
    yield Table("acknowledgement-times", _("Time to acknowledge"), [Column(_("How many of all")), took], times)
    kinds = [(str(kind.words), found.interim[code]) for code, kind in interim.KINDS.items()]
    yield Table("interim", _("Sent before an answer"), [Column(_("Sent in the period")), number], kinds)
    hour = [Column(_("Weekday (1 is Monday)"), Kind.NUMBER), Column(_("Hour (Brussels)"), Kind.NUMBER), number]
    yield Table("arrivals", _("Arrivals by hour"), hour, [(*key, n) for key, n in sorted(found.arrivals.items())])
    yield Table("answers", _("First answers by hour"), hour, [(*key, n) for key, n in sorted(found.answers.items())])


def of_compliance(found: Compliance) -> Iterator[Table]:
    """What became of the deadlines, by duty."""
    columns = [Column(_("Duty")), *(Column(str(words), Kind.NUMBER) for words in MEANINGS.values())]
    rows: list[tuple[Value, ...]] = [
        (str(_DUTIES[duty]), *(found.number(each, duty) for each in MEANINGS)) for duty in found.duties
    ]
    rows.append((pgettext("duties", "all together"), *(found.number(each) for each in MEANINGS)))
    yield Table("compliance", _("Compliance"), columns, rows)


def of_deadlines(rows: Iterable[TicketDeadline]) -> Table:
    """The list of deadlines, a row each, as they come."""
    columns = [
        Column(_("Ticket")),
        Column(_("Duty")),
        Column(_("Began (Brussels)"), Kind.TIME),
        Column(_("Due"), Kind.DAY),
        Column(_("Told the partner"), Kind.DAY),
        Column(_("Ended (Brussels)"), Kind.TIME),
        Column(_("Took"), Kind.DURATION),
        Column(_("Verdict")),
        Column(_("Rule")),
        Column(_("Source of the rule")),
        Column(_("Proof"), Kind.LINK),
    ]
    return Table("deadlines", _("Deadlines"), columns, (_deadline(row) for row in rows))


def _deadline(row: TicketDeadline) -> Sequence[Value]:
    took = None if row.ended_at is None else int((row.ended_at - row.started_at).total_seconds())
    return (
        row.ticket.reference,
        str(_DUTIES[row.duty]),
        row.started_at,
        row.due_on,
        row.told_on,
        row.ended_at,
        took,
        str(MEANINGS[row.verdict]),  # type: ignore[attr-defined]  # annotated
        row.policy.local_name if row.policy else "",
        row.policy.source if row.policy else "",
        _proof(row),
    )


def _proof(row: TicketDeadline) -> str:
    try:
        return settings.BASE_URL + reverse("desk:proof", args=[row.ticket.reference])
    except NoReverseMatch:
        return ""
