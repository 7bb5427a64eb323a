"""The shapes of the reports. Times are seconds, shares lie between 0 and 1, days are Brussels'."""

from typing import Any

from rest_framework import serializers

from api.serializers.asked import Listed
from api.serializers.fields import Moment
from reports.periods import PRESETS
from reports.queries.compliance import MEANINGS
from reports.queries.flow import SPLITS
from tickets.models import Duty, Ticket

_Q = "A text of the search language: only tickets that it finds."
_DAYS: dict[str, serializers.Field] = {
    "period": serializers.ChoiceField(choices=list(PRESETS), required=False, help_text="Left out: last month."),
    "from": serializers.DateField(required=False, help_text="First day, with `to` instead of `period`."),
    "to": serializers.DateField(required=False, help_text="Last day, counted too."),
}


class NowAsked(serializers.Serializer):
    """What the figures of this moment are narrowed to."""

    q = serializers.CharField(required=False, max_length=1000, help_text=_Q)


# `from` is a word of Python's, so the shapes with it are made.
PeriodAsked = type(
    "PeriodAsked", (NowAsked,), {"__doc__": "The days of a report, and what it is narrowed to.", **_DAYS}
)


class TimesAsked(PeriodAsked):  # type: ignore[misc, valid-type]  # made above
    """Which clock counts."""

    time = serializers.ChoiceField(choices=["calendar", "working"], required=False)
    pauses = serializers.ChoiceField(choices=["gross", "net"], required=False)


class DeadlinesAsked(Listed, PeriodAsked):  # type: ignore[misc, valid-type]  # made above
    """Which deadlines of the period; several of each may be named."""

    duty = serializers.MultipleChoiceField(choices=Duty.choices, required=False)
    verdict = serializers.MultipleChoiceField(choices=list(MEANINGS.items()), required=False)


class Days(serializers.Serializer):
    """A period, both ends counted."""

    first = serializers.DateField()
    last = serializers.DateField()


class Made(serializers.Serializer):
    """What each report tells of itself."""

    made_at = Moment(help_text="The figures are at most five minutes old.")
    own = serializers.BooleanField(help_text="They are of the tickets that the owner of the token takes care of.")


class Tally(serializers.Serializer):
    """Open tickets, and how many of them wait for us and are overdue."""

    open = serializers.IntegerField()
    waiting = serializers.IntegerField()
    overdue = serializers.IntegerField()


class NowShown(Made):
    """How things stand. `ages`: tickets that wait for so many days or more, up to the next; `promised`: by day."""

    all = Tally()
    ages = serializers.DictField(child=serializers.IntegerField())
    promised = serializers.DictField(child=serializers.IntegerField())


class Slice(Days):
    """What came in some days, was resolved, and was open when the last of them ended."""

    came = serializers.IntegerField()
    resolved = serializers.IntegerField()
    open = serializers.IntegerField()


class Hour(serializers.Serializer):
    """Tickets by weekday (1 is Monday) and hour in Brussels."""

    weekday = serializers.IntegerField()
    hour = serializers.IntegerField()
    number = serializers.IntegerField()


class Acknowledged(serializers.Serializer):
    """How soon acknowledgements were handed over; null where so many have none."""

    half = serializers.FloatField(allow_null=True)
    nine_in_ten = serializers.FloatField(allow_null=True)
    steps = serializers.DictField(child=serializers.IntegerField())


class FlowShown(Made):
    """What came, was resolved and stayed."""

    period = Days()
    split = serializers.ChoiceField(choices=SPLITS)
    slices = Slice(many=True)
    open_before = serializers.IntegerField()
    reopened = serializers.IntegerField(help_text="Of those that came, opened again later.")
    left = serializers.IntegerField(help_text="Came, and are spam or merged: in no other figure.")
    undelivered = serializers.IntegerField(help_text="Tickets with a mail of ours that did not arrive.")
    interim = serializers.DictField(
        child=serializers.IntegerField(),
        help_text="Tickets that were sent in the period what ends no wait; `within` and `later` are some of `holding`.",
    )
    arrivals = Hour(many=True)
    answers = Hour(many=True)
    acknowledged = Acknowledged()


class Verdicts(serializers.Serializer):
    """How many deadlines of a duty came to what."""

    duty = serializers.ChoiceField(choices=Duty.choices)
    verdict = serializers.ChoiceField(choices=list(MEANINGS.items()))
    number = serializers.IntegerField()


class ComplianceShown(Made):
    """What became of the deadlines whose last day lies in the period: each is in exactly one number."""

    period = Days()
    all = serializers.IntegerField()
    owed = serializers.IntegerField(help_text="Without those that were replaced, merged or spam.")
    numbers = Verdicts(many=True)


class DeadlineShown(serializers.Serializer):
    """One deadline, and what became of it."""

    ticket = serializers.CharField(source="ticket.reference")
    duty = serializers.ChoiceField(choices=Duty.choices)
    started_at = Moment()
    due_on = serializers.DateField(help_text="The last day.")
    due_at = Moment(help_text="The instant after it.")
    told_on = serializers.DateField(allow_null=True, help_text="The date that the partner was told.")
    ended_at = Moment(allow_null=True)
    verdict = serializers.ChoiceField(choices=list(MEANINGS.items()))
    policy = serializers.CharField(source="policy.code", allow_null=True, default=None)


class Quantile(serializers.Serializer):
    """The time until a share was reached, with its band of 95 %; null is: not reached as far as can be seen."""

    share = serializers.FloatField()
    at = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)


class LeftOut(serializers.Serializer):
    """Time that net leaves out of the waits, and of how many."""

    cause = serializers.ChoiceField(choices=Ticket.WaitingFor.choices)
    waits = serializers.IntegerField()
    seconds = serializers.IntegerField()


class WaitingShown(serializers.Serializer):
    """A cohort by arrival: `n` is `answered` + `closed` + `open`; `excluded` were spam or merged."""

    measure = serializers.CharField()
    n = serializers.IntegerField()
    answered = serializers.IntegerField()
    closed = serializers.IntegerField()
    open = serializers.IntegerField()
    excluded = serializers.IntegerField()
    quantiles = Quantile(many=True)
    left_out = LeftOut(many=True, help_text="By whom we waited for; empty for gross times.")


class OnTimeShown(serializers.Serializer):
    """Replies within their own deadlines. `share` is null while none of them has come."""

    kept = serializers.IntegerField()
    late = serializers.IntegerField()
    closed = serializers.IntegerField()
    undecided = serializers.IntegerField()
    share = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    least = serializers.FloatField(allow_null=True)
    most = serializers.FloatField(allow_null=True)


class TimesShown(Made):
    """How long partners waited."""

    period = Days()
    working = serializers.BooleanField(help_text="In working time; else in calendar time.")
    net = serializers.BooleanField(help_text="Without the time in which we waited for others.")
    waits = WaitingShown(many=True)
    on_time = OnTimeShown()


def hours(counts: Any) -> list[dict[str, int]]:
    """Counts by weekday and hour as rows."""
    return [{"weekday": day, "hour": hour, "number": number} for (day, hour), number in sorted(counts.items())]
