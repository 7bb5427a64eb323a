"""The sheet on which a new ticket is sorted: what each field is now, what is suggested and why, what it can be."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk import reasons
from desk.choices import Choices, all_regions, region_name
from tickets import duplicates
from tickets.duplicates import Duplicate
from tickets.models import Ticket, User
from tickets.neighbours import first_of, near
from tickets.suggestions.suggesting import suggest
from tickets.suggestions.values import Suggestion

MOST_COUNTED = 1000
# The fields of the sheet with their names, and the key that leads to each.
FIELDS: dict[str, tuple[str | Promise, str]] = {
    "kind": (gettext_lazy("Kind"), "i"),
    "topic": (gettext_lazy("Topic"), "t"),
    "region": (gettext_lazy("Region"), "r"),
    "organisation": (gettext_lazy("Organisation"), "h"),
    "queue": (gettext_lazy("Queue"), "q"),
    "assignee": (gettext_lazy("Assignee"), "a"),
}


@dataclass(frozen=True)
class Option:
    """One value that a field can have."""

    value: str
    words: str


@dataclass(frozen=True)
class Guess:
    """The likeliest value, and why. A strong one is chosen beforehand; `number` is the key that takes or leaves it."""

    value: str
    words: str
    why: str
    strong: bool
    number: int


@dataclass(frozen=True)
class Row:
    """One field: what it can be, `suggested` values first, what it is `now`, and what is chosen on the sheet."""

    name: str
    label: str | Promise
    key: str
    options: Sequence[Option]
    suggested: Sequence[Option]
    now: str
    chosen: str
    guess: Guess | None


@dataclass(frozen=True)
class Alike:
    """Another ticket that may be about the same. One may be joined with a `key`."""

    duplicate: Duplicate
    why: str
    key: str

    @property
    def status_words(self) -> str:
        return str(Ticket.Status(self.duplicate.ticket.status).label)


@dataclass(frozen=True)
class Sheet:
    """All that is decided about one ticket. `known` says whether the person wrote before."""

    rows: Sequence[Row]
    alike: Sequence[Alike]
    known: bool


def waiting(seen: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """The new tickets that nobody put off, the most urgent first, then those that wait longest."""
    new = seen.filter(status=Ticket.Status.NEW, snoozed_until__isnull=True)
    return new.order_by("-priority", "received_at", "pk")


def number_waiting(seen: QuerySet[Ticket]) -> int:
    """How many there are, up to MOST_COUNTED."""
    return waiting(seen).order_by()[:MOST_COUNTED].count()


def sheet(ticket: Ticket, known: Choices, seen: QuerySet[Ticket], user: User, typed: Mapping[str, str]) -> Sheet:
    """The sheet of a ticket. `typed` is what somebody chose before, where it has to be shown again."""
    first = first_of(ticket)
    neighbours = near(ticket, first, seen)
    suggestions = suggest(first.asked, neighbours)
    by_field = {name: [each for each in suggestions if each.field == name] for name in FIELDS}
    numbers = {name: number for number, name in enumerate((name for name in FIELDS if by_field[name]), start=1)}
    rows = [_row(name, ticket, known, user, by_field[name], numbers.get(name, 0), typed) for name in FIELDS]
    found = duplicates.duplicates(ticket, neighbours)
    first_sure = next((each for each in found if each.sure and each.joinable), None)
    alike = [Alike(each, reasons.alike(each.reasons), "d" if each is first_sure else "") for each in found]
    return Sheet(rows, alike, any("requester" in each.shares for each in neighbours))


def _row(
    name: str,
    ticket: Ticket,
    known: Choices,
    user: User,
    suggestions: Sequence[Suggestion],
    number: int,
    typed: Mapping[str, str],
) -> Row:
    label, key = FIELDS[name]
    now, options = _now(name, ticket), list(_options(name, ticket, known, user))
    suggested = [Option(each.value, _words(each, options)) for each in suggestions]
    guess = None
    if suggestions:
        likely = suggestions[0]
        guess = Guess(likely.value, suggested[0].words, reasons.suggested(likely), likely.strong, number)
    chosen = typed.get(name, guess.value if guess and guess.strong else now)
    named = {each.value for each in suggested}
    return Row(name, label, key, [each for each in options if each.value not in named], suggested, now, chosen, guess)


def _now(name: str, ticket: Ticket) -> str:
    """The value that the ticket has."""
    values = {
        "kind": ticket.kind,
        "topic": ticket.topic.code if ticket.topic else "",
        "region": ticket.region.code if ticket.region else "",
        "organisation": str(ticket.organisation_id or ""),
        "queue": ticket.queue.code,
        "assignee": str(ticket.assignee_id or ""),
    }
    return values[name]


def _options(name: str, ticket: Ticket, known: Choices, user: User) -> Iterator[Option]:
    if name == "kind":
        yield from (Option(value, str(words)) for value, words in Ticket.Kind.choices)
    elif name == "topic":
        yield Option("", _("none"))
        yield from (Option(each.code, each.name) for each in known.topics if each.offered or each.pk == ticket.topic_id)
    elif name == "region":
        yield Option("", _("none"))
        yield from (Option(code, words) for code, words in all_regions())
    elif name == "organisation":
        yield Option("", _("none"))
        yield from (Option(str(each.pk), each.name) for each in known.organisations)
    elif name == "queue":
        yield from (Option(each.code, each.name) for each in known.queues)
    else:
        yield Option("", _("nobody"))
        yield Option(str(user.pk), _("Me"))
        people = (each for each in known.people if each.pk != user.pk)
        yield from (Option(str(each.pk), each.name) for each in people if each.offered or each.pk == ticket.assignee_id)


def _words(suggestion: Suggestion, options: Sequence[Option]) -> str:
    """The value of a suggestion as a person says it."""
    facts = suggestion.facts
    if suggestion.field == "region":
        return region_name(suggestion.value)
    if suggestion.field == "organisation":
        return _("%(name)s hromada (%(raion)s raion)") % facts if "raion" in facts else facts["name"]
    return next((each.words for each in options if each.value == suggestion.value), suggestion.value)
