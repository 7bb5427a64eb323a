"""Which tickets may be about the same matter as a new one, each with its reasons. Pure: it reads neighbours.

Sure is what rests on a thing that is hardly ever the same by chance: the same file, the same letter number of the same
sender or date, a like subject of the same sender. That a body wrote before is worth seeing, and no more.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tickets.models import Ticket
from tickets.models.ticket import TO_DO
from tickets.neighbours import LATELY, Neighbour
from tickets.search import wording

MOST = 4
ALIKE = 0.6  # so much of the words of two subjects must be the same
STEM = 5  # letters by which inflected words are compared
SHORTEST = 4  # letters; shorter words tie sentences and tell nothing
# What mail programs put before a subject.
REPLIES = frozenset(("re", "aw", "fw", "fwd", "wg", "sv", "odp", "tr", "vs", "ha", "ref", "відп", "пер"))
KIN = ("requester", "organisation", "domain")


@dataclass(frozen=True)
class Duplicate:
    """A ticket that may be about the same matter. `reasons` are codes: file, letter, subject, then those of KIN.

    `sure` ones may be joined with one key. `joinable`: the tickets may be merged as they are.
    """

    ticket: Neighbour
    reasons: tuple[str, ...]
    sure: bool
    joinable: bool


def duplicates(ticket: Ticket, near: Sequence[Neighbour]) -> list[Duplicate]:
    """The likely ones of the last 90 days, the surest first, then the newest."""
    found = [made for each in near if (made := _duplicate(ticket, each)) is not None]
    return sorted(found, key=lambda one: (not one.sure, not one.joinable))[:MOST]


def alike(one: str, other: str) -> bool:
    """Whether two subjects say about the same; Ukrainian and Polish bend their words, so beginnings are compared.

    A subject of one word, such as "Letter", says nothing.
    """
    first, second = _stems(one), _stems(other)
    return min(len(first), len(second)) > 1 and len(first & second) >= ALIKE * len(first | second)


def _duplicate(ticket: Ticket, near: Neighbour) -> Duplicate | None:
    newer = (near.received_at, near.pk) > (ticket.received_at, ticket.pk)
    if (newer and near.status == Ticket.Status.NEW) or abs(ticket.received_at - near.received_at) > LATELY:
        return None  # what came later is joined to this one, when its turn comes
    reasons = tuple(_reasons(ticket, near))
    sure = "file" in reasons or "letter" in reasons or ("subject" in reasons and bool(near.shares & set(KIN)))
    if not sure and "organisation" not in reasons:
        return None
    return Duplicate(near, reasons, sure, _joinable(ticket, near))


def _reasons(ticket: Ticket, near: Neighbour) -> Iterator[str]:
    kin = [share for share in KIN if share in near.shares]
    if "file" in near.shares:
        yield "file"
    same_date = ticket.letter_date is not None and ticket.letter_date == near.letter_date
    if "letter" in near.shares and (kin or same_date):
        yield "letter"
    if alike(ticket.subject, near.subject):
        yield "subject"
    yield from kin


def _joinable(ticket: Ticket, near: Neighbour) -> bool:
    """As `merging.merge` allows: nothing is hidden or shown by it, and it wakes no ticket that has ended."""
    same_queue = ticket.queue_id == near.queue or not (ticket.queue.restricted or near.restricted)
    return near.status in TO_DO and ticket.sensitive == near.sensitive and same_queue


def _stems(subject: str) -> set[str]:
    return {word[:STEM] for word in wording.words(subject) if len(word) >= SHORTEST and word not in REPLIES}
