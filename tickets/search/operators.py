"""The operators of the search box: what each takes, and a sentence for what it does not. Pure.

Values of a closed set are checked here; names (topics, regions, queues, people) where the tables are read.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tickets import reference
from tickets.endings import DEADLINE_ENDS, STOOD_FOR, WAIT_ENDS
from tickets.flow import STEPS, WEEKDAYS
from tickets.interim import KINDS
from tickets.models import Ticket
from tickets.search import days

NONE = "none"  # a value that means: has none
ME = "me"

Label = str | Promise


@dataclass(frozen=True, slots=True)
class Operator:
    """`about` says what it finds. Of `choices` one must be taken, or a day where `day`, else the value is free.

    `lacking`: the value `none` finds the tickets that have nothing there. `ends`: what may follow a day behind a slash.
    `hour`: an hour of a weekday.
    """

    name: str
    example: str
    about: Label
    choices: Mapping[str, Label] | None = None
    day: bool = False
    lacking: bool = False
    ends: Sequence[str] = ()
    hour: bool = False


IS: dict[str, Label] = {
    "overdue": pgettext_lazy("search is:", "the promised day is over"),
    "unassigned": pgettext_lazy("search is:", "nobody's"),
    "unread": pgettext_lazy("search is:", "new, or the partner spoke last"),
    "waiting": pgettext_lazy("search is:", "the partner waits for us"),
    "unanswered": pgettext_lazy("search is:", "not answered yet"),
    "todo": pgettext_lazy("search is:", "new, open or pending, and not put off"),
    "snoozed": pgettext_lazy("search is:", "put off"),
    "done": pgettext_lazy("search is:", "solved, closed, merged or spam"),
    "urgent": pgettext_lazy("search is:", "of high or urgent priority"),
    "sensitive": pgettext_lazy("search is:", "sensitive"),
    "danger": pgettext_lazy("search is:", "a danger to life"),
    "unreadable": pgettext_lazy("search is:", "a mail that could not be read"),
    "resolved": pgettext_lazy("search is:", "solved or closed at least once"),
    "reopened": pgettext_lazy("search is:", "opened again after it was resolved"),
    "absent": pgettext_lazy("search is:", "of a colleague who is away today"),
}
HAS: dict[str, Label] = {
    "attachment": pgettext_lazy("search has:", "files"),
    "letter": pgettext_lazy("search has:", "a letter number"),
    "organisation": pgettext_lazy("search has:", "an organisation"),
    "answer": pgettext_lazy("search has:", "an answer of ours"),
}
WAITING: dict[str, Label] = {
    "us": pgettext_lazy("search waiting:", "for us"),
    "partner": pgettext_lazy("search waiting:", "for the partner"),
    "third": pgettext_lazy("search waiting:", "for a third party"),
}
PAUSED = {code: WAITING[code] for code in STOOD_FOR}
PRIORITIES: dict[str, Label] = {each.name.lower(): each.label for each in Ticket.Priority}

ACKNOWLEDGED: dict[str, Label] = {code: label for code, (_limit, label) in STEPS.items()}
_HOUR = re.compile(rf"(?:{'|'.join(WEEKDAYS)})-(?:[01]\d|2[0-3])")


def _choices(source: Iterable[tuple[str, Label]]) -> dict[str, Label]:
    return dict(source)


_WAITS = tuple(WAIT_ENDS)
LANGUAGES = {**{each.code: each.endonym for each in reference.languages()}, "ru": "русский"}
_ALL = (
    Operator("from", "from:olena", gettext_lazy("name or address of somebody who wrote")),
    Operator("org", 'org:"Sumy city council"', gettext_lazy("name of the organisation"), lacking=True),
    Operator("subject", "subject:generators", gettext_lazy("subject, reference, letter number and names of files")),
    Operator("region", "region:Sumy", gettext_lazy("region, by name or code"), lacking=True),
    Operator("topic", "topic:energy", gettext_lazy("topic, by name or code"), lacking=True),
    Operator("tag", "tag:winter", gettext_lazy("tag"), lacking=True),
    Operator("queue", "queue:general", gettext_lazy("queue, by name or code")),
    Operator("assignee", "assignee:me", gettext_lazy("who takes care: a name, an address, or me"), lacking=True),
    Operator("status", "status:new", gettext_lazy("status"), _choices(Ticket.Status.choices)),
    Operator("kind", "kind:need", gettext_lazy("question, need or offer"), _choices(Ticket.Kind.choices)),
    Operator("channel", "channel:web_form", gettext_lazy("the way it came"), _choices(Ticket.Channel.choices)),
    Operator("outcome", "outcome:transferred", gettext_lazy("how it ended"), _choices(Ticket.Outcome.choices)),
    Operator("priority", "priority:high", gettext_lazy("priority"), PRIORITIES),
    Operator("lang", "lang:uk", gettext_lazy("language of the request"), LANGUAGES, lacking=True),
    Operator("waiting", "waiting:us", gettext_lazy("who has to do something next"), WAITING),
    Operator("paused", "paused:partner", gettext_lazy("whom we waited for at any time"), PAUSED),
    Operator("is", "is:overdue", gettext_lazy("how it stands"), IS),
    Operator("has", "has:attachment", gettext_lazy("what it has"), HAS),
    Operator("received", "received:week", gettext_lazy("received on this day, or in this week or month"), day=True),
    Operator("after", "after:2026-11-01", gettext_lazy("received on this day or later"), day=True),
    Operator("before", "before:2026-11-01", gettext_lazy("received before this day"), day=True),
    Operator("waits", "waits:..2026-11-01", gettext_lazy("the partner has waited for us since then"), day=True),
    Operator("resolved", "resolved:2026-11", gettext_lazy("solved or closed then, and not opened again"), day=True),
    Operator("answered", "answered:yesterday", gettext_lazy("first answered on this day"), day=True),
    Operator("undelivered", "undelivered:month", gettext_lazy("a mail of this day did not arrive"), day=True),
    Operator(
        "interim",
        "interim:month/holding",
        gettext_lazy("sent then before an answer: a holding reply, a question, the name of the official"),
        day=True,
        ends=tuple(KINDS),
    ),
    Operator("hour", "hour:tue-09", gettext_lazy("received in this hour of a weekday"), hour=True),
    Operator("answerhour", "answerhour:tue-09", gettext_lazy("first answered in this hour of a weekday"), hour=True),
    Operator("ack", "ack:hour", gettext_lazy("how soon the acknowledgement left"), ACKNOWLEDGED),
    Operator("due", "due:today", gettext_lazy("the answer is promised for this day"), day=True, lacking=True),
    Operator(
        "first", "first:2026-11/open", gettext_lazy("wait for a first response that began then"), day=True, ends=_WAITS
    ),
    Operator(
        "next",
        "next:2026-11/open",
        gettext_lazy("wait for a next response that began then"),
        day=True,
        ends=(*_WAITS, *STOOD_FOR),
    ),
    Operator(
        "reply",
        "reply:2026-11/late",
        gettext_lazy("deadline for the reply that began then"),
        day=True,
        ends=DEADLINE_ENDS,
    ),
)
OPERATORS: dict[str, Operator] = {each.name: each for each in _ALL}
# What people type who come from elsewhere.
_ALSO = {
    "organisation": "org",
    "language": "lang",
    "to": "assignee",
    "label": "tag",
    "since": "after",
    "until": "before",
}
_SOME_DAY = date(2026, 1, 1)


def named(name: str) -> Operator | None:
    """The operator of this name, or of another name for it."""
    name = name.lower()
    return OPERATORS.get(_ALSO.get(name, name))


def unknown(name: str) -> str:
    """The sentence for an operator that there is not."""
    near = get_close_matches(name.lower(), OPERATORS, n=1)
    if near:
        return _("There is no operator “%(name)s:”. Did you mean “%(near)s:”?") % {"name": name, "near": near[0]}
    return _("There is no operator “%(name)s:”. Put it in quotes to search for it as words.") % {"name": name}


def checked(operator: Operator, value: str) -> tuple[str, str]:
    """The value as we write it, and the sentence for what is wrong with it (empty when nothing is)."""
    if not value.strip():
        return "", _("Say what to look for after “%(name)s:”, such as %(example)s.") % {
            "name": operator.name,
            "example": operator.example,
        }
    plain = value.strip().lower()
    if operator.lacking and plain == NONE:
        return NONE, ""
    if operator.day:
        return _day(operator, plain, value)
    if operator.hour:
        return (plain, "") if _HOUR.fullmatch(plain) else ("", _no_hour(operator, value))
    if operator.choices is None:
        return (plain if plain in (ME, NONE) else value.strip()), ""
    code = _code(operator.choices, plain)
    return (code, "") if code else ("", _not_chosen(operator, value))


def _day(operator: Operator, plain: str, value: str) -> tuple[str, str]:
    day, slash, end = plain.partition("/")
    if slash and operator.ends and end not in operator.ends:
        return "", _("“%(name)s:” does not know “%(value)s”. It knows: %(choices)s.") % {
            "name": operator.name,
            "value": f"/{end}",
            "choices": ", ".join(f"/{each}" for each in operator.ends),
        }
    fits = (operator.ends or not slash) and days.period(day, _SOME_DAY)
    return (plain, "") if fits else ("", _no_day(value))


def _no_hour(operator: Operator, value: str) -> str:
    return _("“%(value)s” is no hour of a weekday. Write it as in %(example)s.") % {
        "value": value.strip(),
        "example": operator.example,
    }


def _code(choices: Mapping[str, Label], plain: str) -> str:
    """The code that a text names: by itself or by its label in the language of the page."""
    if plain.replace("-", "_") in choices:
        return plain.replace("-", "_")
    return next((code for code, label in choices.items() if str(label).lower() == plain), "")


def _no_day(value: str) -> str:
    return _("“%(value)s” is no day. Type a day as 2026-11-23, a month as 2026-11, or today, yesterday, week, 7d.") % {
        "value": value
    }


def _not_chosen(operator: Operator, value: str) -> str:
    return _("“%(name)s:” does not know “%(value)s”. It knows: %(choices)s.") % {
        "name": operator.name,
        "value": value,
        "choices": ", ".join(operator.choices or ()),
    }
