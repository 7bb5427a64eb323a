"""Answers that are being written, kept as somebody types. They are no history yet: none of this leaves an event.

Everybody has a draft of their own, so two who write never write over each other; what one begins, another takes over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from tickets.actions.record import Actor, lock
from tickets.errors import IllegalMove
from tickets.files import StoredFile, discard
from tickets.models import Draft, DraftFile, Message, User

LONGEST = 200_000  # characters that are kept of a text
FILE_FACTS = ("name", "path", "sha256", "size", "content_type", "declared_type", "quarantine")


@dataclass(frozen=True, kw_only=True)
class Written:
    """A draft as its page has it. `version` is the one that it was shown, 0 for none; `page` names the page."""

    text: str
    fields: Mapping[str, Any]
    files: Sequence[StoredFile] = ()
    last_seen: int | None = None
    version: int = 0
    page: str = ""


@transaction.atomic
def save(*, actor: Actor, ticket_id: int, written: Written, now: datetime) -> int:
    """Keep a draft; returns its version, 0 when there is nothing to keep and none is left.

    IllegalMove when another page saved the person's draft since this one was shown it, or the draft is gone: it was
    sent from elsewhere, or a colleague took it over.
    """
    author = _person(actor)
    own = Draft.objects.filter(ticket=ticket_id, author=author)
    same = Q(version=written.version) | (Q(page=written.page) & ~Q(page=""))
    if not written.text.strip() and not written.files:
        if written.version and (draft := own.filter(same).first()):
            forget(Draft.objects.filter(pk=draft.pk), now=now)
        return 0
    values = {
        "text": written.text[:LONGEST],
        "fields": dict(written.fields),
        "last_seen": written.last_seen,
        "page": written.page,
        "updated_at": now,
    }
    if not own.filter(same).update(version=F("version") + 1, **values):
        _begin(author, ticket_id, written, values)
    draft = own.get()
    _set_files(draft, written.files, now=now)
    return draft.version


@transaction.atomic
def take_over(*, actor: Actor, ticket_id: int, author_id: int, merged_id: int | None = None, now: datetime) -> Draft:
    """Make a colleague's draft one's own; what one has written already stays above it.

    With `merged_id` it is the draft, one's own too, of a ticket that was merged into this one, and stands here now.
    """
    person = _person(actor)
    lock(ticket_id)
    there = Q(ticket=ticket_id) if merged_id is None else Q(ticket=merged_id, ticket__merged_into=ticket_id)
    theirs = Draft.objects.select_for_update(of=("self",)).filter(there, author=author_id).first()
    if theirs is None or (theirs.author_id == person.pk and merged_id is None):
        raise IllegalMove("draft-gone", _("There is no such draft any more: it was sent, put away or taken over."))
    own = Draft.objects.select_for_update().filter(ticket=ticket_id, author=person).first()
    if own is not None:
        theirs.text = f"{own.text.rstrip()}\n\n{theirs.text}"
        theirs.version = max(theirs.version, own.version)
        held = own.files.count()
        theirs.files.update(position=F("position") + held)
        own.files.update(draft=theirs)
        own.delete()
    if theirs.author_id != person.pk:
        theirs.taken_from_id, theirs.author = theirs.author_id, person
    theirs.ticket_id = ticket_id
    theirs.version, theirs.page, theirs.updated_at = theirs.version + 1, "", now
    theirs.save()
    return theirs


def forget(drafts: QuerySet[Draft], *, now: datetime) -> None:
    """Take drafts away, with their files as far as no message names them. In the caller's transaction."""
    discard(set(DraftFile.objects.filter(draft__in=drafts).values_list("path", flat=True)), now=now)
    drafts.delete()


def _person(actor: Actor) -> User:
    if actor.user is None:
        raise IllegalMove("author-missing", _("A reply needs a person who signs it."))
    return actor.user


def _begin(author: User, ticket_id: int, written: Written, values: Mapping[str, Any]) -> None:
    """A new draft, unless the person has one that this page does not know, or this page's was sent or taken over."""
    lock(ticket_id)  # who sends the answer at this moment holds it too
    if Draft.objects.filter(ticket=ticket_id, author=author).exists():
        raise IllegalMove("draft-changed", _("You changed this draft in another window since this page was loaded."))
    if written.version and (taker := _taker(author, ticket_id)):
        told = _("%(name)s took this draft over. What you type here is not kept.") % {"name": taker}
        raise IllegalMove("draft-taken", told)
    key = f"reply:{ticket_id}:{written.page}"
    if written.version or (written.page and Message.objects.filter(ticket=ticket_id, outgoing__key=key).exists()):
        raise IllegalMove("draft-gone", _("This draft was sent or put away in another window."))
    Draft.objects.create(ticket_id=ticket_id, author=author, **values)


def _taker(author: User, ticket_id: int) -> str:
    taken = Draft.objects.filter(ticket=ticket_id, taken_from=author)
    return taken.values_list("author__name", flat=True).first() or ""


def _set_files(draft: Draft, files: Sequence[StoredFile], *, now: datetime) -> None:
    before = list(draft.files.values_list("path", "name"))
    if before == [(file.path, file.name) for file in files]:
        return
    draft.files.all().delete()
    DraftFile.objects.bulk_create(
        DraftFile(draft=draft, position=position, **{fact: getattr(file, fact) for fact in FILE_FACTS})
        for position, file in enumerate(files)
    )
    discard({path for path, _name in before} - {file.path for file in files}, now=now)
