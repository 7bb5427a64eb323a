"""What we send before an answer, as conditions on mails and tickets: it ends no wait, and is counted apart.

Said once, for the reports and for the search. A transfer is none of it: it ends the wait, as an answer does.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from tickets.models import Duty, Message, TicketDeadline

NATURES = (Message.Nature.HOLDING, Message.Nature.CLARIFICATION)


@dataclass(frozen=True)
class Kind:
    """Some of these mails: in words, and which they are. `part`: some of the kind before it, and no kind of its own."""

    words: Promise
    mails: Callable[[], Q]
    part: bool = False


def sent(start: datetime, end: datetime) -> QuerySet[Message]:
    """The mails of all kinds that were handed over in this time and did not come back."""
    here = {"nature__in": NATURES, "delivery": Message.Delivery.SENT}
    return Message.objects.filter(**here, sent_at__gte=start, sent_at__lt=end).order_by()


def told(start: datetime, end: datetime, kind: str = "") -> Q:
    """The tickets whose partner was sent such a mail in this time: one of this kind of `KINDS`, or any."""
    mails = sent(start, end)
    return Q(pk__in=(mails.filter(KINDS[kind].mails()) if kind else mails).values("ticket"))


def _holding() -> Q:
    """It tells by when the answer comes: none leaves without a date."""
    return Q(nature=Message.Nature.HOLDING, promises__isnull=False)


def _within() -> Q:
    """The deadline for the reply ran when it was written, and was not over when it was handed over.

    As that stood before: what this very mail extended it to is not what it had to keep.
    """
    written = OuterRef("received_at")
    running = TicketDeadline.objects.filter(
        Q(end=TicketDeadline.End.OPEN) | Q(ended_at__gte=written),
        ticket=OuterRef("ticket"),
        duty=Duty.REPLY,
        started_at__lte=written,
    )
    # Of a deadline and what extended it the first that still ran; one value, so that each mail asks its ticket alone.
    first = running.exclude(end__in=TicketDeadline.LEAVES).order_by("pk").values("due_at")[:1]
    return _holding() & Q(sent_at__lt=Subquery(first))


def _later() -> Q:
    """It moved the date: by it the deadline for the reply was extended, at the moment when it was written."""
    extended = TicketDeadline.objects.filter(duty=Duty.REPLY, end=TicketDeadline.End.EXTENDED)
    rows = extended.filter(ticket=OuterRef("ticket"), ended_at=OuterRef("received_at"))
    return _holding() & Q(Exists(rows))


def _question() -> Q:
    return Q(nature=Message.Nature.CLARIFICATION)


def _official() -> Q:
    """The mail that names the official has the nature of a holding reply, and no date."""
    return Q(nature=Message.Nature.HOLDING, promises=None)


KINDS: Mapping[str, Kind] = {
    "holding": Kind(pgettext_lazy("sent before an answer", "holding reply"), _holding),
    "within": Kind(
        pgettext_lazy("sent before an answer", "of these, while the deadline for the reply ran"), _within, part=True
    ),
    "later": Kind(pgettext_lazy("sent before an answer", "of these, with a later date than before"), _later, part=True),
    "question": Kind(pgettext_lazy("sent before an answer", "question to the partner"), _question),
    "official": Kind(pgettext_lazy("sent before an answer", "official in charge named"), _official),
}
