"""What each operator means for the columns of a ticket. Days are Brussels'."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import TruncDate

from tickets import absences, flow, interim
from tickets.endings import COUNTED_DEADLINES, COUNTED_WAITS, STOOD_FOR, WAIT_ENDS, deadline_ends, stood_still
from tickets.models import Attachment, Duty, Message, ReplyCycle, Resolution, Ticket, TicketDeadline, User
from tickets.search import days, named
from tickets.search.operators import NONE
from tickets.search.terms import Term

Status = Ticket.Status
TO_DO = (Status.NEW, Status.OPEN, Status.PENDING)
COLUMNS = {"status": "status", "kind": "kind", "channel": "channel", "outcome": "outcome", "lang": "language"}
WAITING = {
    "us": Q(waiting_since__isnull=False, status__in=TO_DO),
    "partner": Q(waiting_for=Ticket.WaitingFor.REQUESTER, status=Status.PENDING),
    "third": Q(waiting_for=Ticket.WaitingFor.THIRD_PARTY, status=Status.PENDING),
}


@dataclass(frozen=True, slots=True)
class Asking:
    """Who searches, and when; a rule is nobody."""

    user: User | None
    now: datetime

    @property
    def today(self) -> date:
        return self.now.astimezone(_zone()).date()


def condition(term: Term, asking: Asking) -> Q:
    """The condition of an operator, as if it were not negated. Raises named.UnknownName."""
    value = term.value
    if term.name in named.NAMED:
        found = named.NAMED[term.name](value, asking.user)
        return found if isinstance(found, Q) else found.found()
    if term.name in COLUMNS:
        return Q(**{COLUMNS[term.name]: "" if value == NONE else value})
    if term.name == "priority":
        return Q(priority=Ticket.Priority[value.upper()])
    if term.name == "waiting":
        return WAITING[value]
    if term.name == "org":  # only `none` is no question of words
        return Q(organisation=None)
    return _BY_NAME.get(term.name, _received)(term, asking)


def promised() -> Q:
    """The partner waits for what was promised: as `desk.deadline.due_of` says of one ticket."""
    asked_in_time = Q(answer_by__gte=TruncDate("waiting_since", tzinfo=_zone()))
    return Q(status__in=TO_DO, waiting_since__isnull=False, first_answered_at=None) & asked_in_time


def _is(term: Term, asking: Asking) -> Q:
    meanings: dict[str, Callable[[], Q]] = {
        "overdue": lambda: Q(answer_by__lt=asking.today) & promised(),
        "unassigned": lambda: Q(assignee=None),
        "unread": _unread,
        "waiting": lambda: WAITING["us"],
        "unanswered": lambda: Q(first_answered_at=None),
        "todo": lambda: Q(status__in=TO_DO, snoozed_until=None),
        "snoozed": lambda: Q(snoozed_until__isnull=False),
        "done": lambda: ~Q(status__in=TO_DO),
        "urgent": lambda: Q(priority__gte=Ticket.Priority.HIGH),
        "sensitive": lambda: Q(sensitive=True),
        "danger": lambda: Q(danger_to_life=True),
        "unreadable": lambda: Q(unreadable=True),
        "reopened": flow.reopened,
        "resolved": lambda: Q(Exists(Resolution.objects.filter(ticket=OuterRef("pk"), first_at__isnull=False))),
        "absent": lambda: Q(assignee__in=absences.away_on(asking.today).values("user")),
    }
    return meanings[term.value]()


def _unread() -> Q:
    """Not settled, and new or with the partner's word as the last one: as the list shows it in bold."""
    kinds = (Message.Kind.INBOUND, Message.Kind.OUTBOUND)
    between = Message.objects.filter(ticket=OuterRef("pk"), kind__in=kinds)
    last = between.exclude(delivery=Message.Delivery.CANCELLED).order_by("-received_at", "-pk").values("kind")[:1]
    partner_last = Exists(Ticket.objects.filter(pk=OuterRef("pk")).annotate(last=Subquery(last)).filter(last="inbound"))
    return Q(status=Status.NEW) | (Q(status__in=TO_DO) & Q(partner_last))


def _has(term: Term, asking: Asking) -> Q:
    files = Attachment.objects.filter(message__ticket=OuterRef("pk"), inline=False)
    meanings = {
        "attachment": Q(Exists(files)),
        "letter": ~Q(letter_number=""),
        "organisation": Q(organisation__isnull=False),
        "answer": Q(first_answered_at__isnull=False),
    }
    return meanings[term.value]


def _due(term: Term, asking: Asking) -> Q:
    if term.value == NONE:
        return Q(answer_by=None)
    wanted = _period(term, asking)
    return Q(answer_by__gte=wanted.start, answer_by__lt=wanted.end) & promised()


def _waits(term: Term, asking: Asking) -> Q:
    wanted = _period(term, asking)
    since = Q(waiting_since__gte=_midnight(wanted.start), waiting_since__lt=_midnight(wanted.end))
    return since & Q(status__in=TO_DO)


def _resolved(term: Term, asking: Asking) -> Q:
    wanted = _period(term, asking)
    rows = Resolution.objects.filter(last_at__gte=_midnight(wanted.start), last_at__lt=_midnight(wanted.end))
    return Q(Exists(rows.filter(ticket=OuterRef("pk"))))


def _cycle(term: Term, asking: Asking) -> Q:
    """`first:` and `next:`: a wait of this kind that began then, and came to what is said behind the slash.

    Or stood still for whom is said there.
    """
    end = term.value.partition("/")[2]
    came_to = WAIT_ENDS.get(end, COUNTED_WAITS)
    if end in STOOD_FOR:
        came_to &= stood_still()[STOOD_FOR[end]]
    cycles = ReplyCycle.objects.filter(came_to, _began(term, asking), ticket=OuterRef("pk"), kind=term.name)
    return Q(Exists(cycles))


def _paused(term: Term, asking: Asking) -> Q:
    rows = Resolution.objects.filter(stood_still()[STOOD_FOR[term.value]], ticket=OuterRef("pk"))
    return Q(Exists(rows))


def _reply(term: Term, asking: Asking) -> Q:
    """The same of a deadline for the reply."""
    end = term.value.partition("/")[2]
    came_to = deadline_ends(asking.now)[end] if end else COUNTED_DEADLINES
    rows = TicketDeadline.objects.filter(came_to, _began(term, asking), ticket=OuterRef("pk"), duty=Duty.REPLY)
    return Q(Exists(rows))


def _began(term: Term, asking: Asking) -> Q:
    wanted = _period(term, asking)
    return Q(started_at__gte=_midnight(wanted.start), started_at__lt=_midnight(wanted.end))


def _flow(term: Term, asking: Asking) -> Q:
    """What happened in a time: first answered, or a mail not delivered."""
    wanted = _period(term, asking)
    meanings = {"answered": flow.answered, "undelivered": flow.undelivered}
    return meanings[term.name](_midnight(wanted.start), _midnight(wanted.end))


def _interim(term: Term, asking: Asking) -> Q:
    """What was sent in a time and ends no wait: of the kind behind the slash, or any."""
    wanted = _period(term, asking)
    return interim.told(_midnight(wanted.start), _midnight(wanted.end), term.value.partition("/")[2])


def _hour(term: Term, asking: Asking) -> Q:
    return flow.in_hour({"hour": "received_at", "answerhour": "first_answered_at"}[term.name], term.value)


def _received(term: Term, asking: Asking) -> Q:
    wanted = _period(term, asking)
    if term.name == "before":
        return Q(received_at__lt=_midnight(wanted.start))
    since = Q(received_at__gte=_midnight(wanted.start))
    return since if term.name == "after" else since & Q(received_at__lt=_midnight(wanted.end))


def _period(term: Term, asking: Asking) -> days.Period:
    found = days.period(term.value.partition("/")[0], asking.today)
    if found is None:
        raise ValueError(f"{term.name}: has no day")  # the parser lets none through
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, _zone())


_BY_NAME: dict[str, Callable[[Term, Asking], Q]] = {
    "is": _is,
    "has": _has,
    "due": _due,
    "waits": _waits,
    "resolved": _resolved,
    "paused": _paused,
    "first": _cycle,
    "next": _cycle,
    "reply": _reply,
    **dict.fromkeys(("answered", "undelivered"), _flow),
    "interim": _interim,
    **dict.fromkeys(("hour", "answerhour"), _hour),
    "ack": lambda term, asking: flow.acknowledged(term.value),
}


def _zone() -> ZoneInfo:
    return ZoneInfo(settings.HOUSE_TIME_ZONE)
