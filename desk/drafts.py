"""Answers that are being written, as the ticket page and its script have them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from django.http import QueryDict
from django.utils import timezone

from tickets.actions.drafting import FILE_FACTS
from tickets.files import StoredFile
from tickets.meanwhile import WRITES
from tickets.models import Draft, DraftFile, Ticket

# The fields of the form that a draft keeps as they were typed.
PLAIN = ("nature", "status", "answer_by", "contact", "to", "more")


@dataclass(frozen=True)
class Kept:
    """A draft of a ticket, or of one that was merged into it: `ticket` is the number of the one that it was begun on.

    `writes`: its author is at it now.
    """

    ticket: int
    reference: str
    author: int
    name: str
    text: str
    fields: Mapping[str, Any]
    files: Sequence[StoredFile]
    last_seen: int | None
    version: int
    updated_at: datetime
    taken_from: int | None

    @property
    def writes(self) -> bool:
        return timezone.now() - self.updated_at < WRITES

    @property
    def lines(self) -> int:
        return len([line for line in self.text.splitlines() if line.strip()])

    def initial(self) -> dict[str, object]:
        """What the form begins with."""
        return {**self.fields, "text": self.text}


def subquery(seen: QuerySet[Ticket]) -> ArraySubquery:
    """The drafts of a ticket with all that is shown of them, the newest first, as part of its query.

    With those of the tickets that were merged into it, as far as they are among `seen`.
    """
    here = OuterRef(OuterRef("pk"))
    family = seen.filter(Q(pk=here) | Q(merged_into=here)).order_by().values("pk")
    files = DraftFile.objects.filter(draft=OuterRef("pk")).values(
        file=JSONObject(**{fact: fact for fact in FILE_FACTS})
    )
    facts = ("text", "fields", "last_seen", "version", "updated_at", "taken_from")
    shown = JSONObject(
        ticket="ticket_id",
        reference="ticket__reference",
        author="author_id",
        name="author__name",
        files=ArraySubquery(files),
        **{fact: fact for fact in facts},
    )
    return ArraySubquery(Draft.objects.filter(ticket__in=family).order_by("-updated_at").values(draft=shown))


def of(ticket: Ticket) -> list[Kept]:
    """The drafts that came with the ticket."""
    return [
        Kept(
            **{
                **row,
                "updated_at": datetime.fromisoformat(row["updated_at"]),
                "files": [StoredFile(**file) for file in row["files"] or ()],
            }
        )
        for row in ticket.kept_drafts  # type: ignore[attr-defined]
    ]


def typed(data: QueryDict) -> dict[str, object]:
    """The other fields of a form, as they were typed."""
    return {name: storable(data.get(name, ""))[:2000] for name in PLAIN} | {
        "cc": [storable(each)[:320] for each in data.getlist("cc")[:40]],
        "forward": "forward" in data,
    }


def storable(text: str) -> str:
    """What was typed with plain line ends, and without the zero character, which the database refuses."""
    return text.replace("\r\n", "\n").replace("\0", "")
