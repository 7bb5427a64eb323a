"""The ticket page, and what hangs on its messages."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from desk import answer_box, deadline, duties, earlier, forms, hints, previews, proof, queries, uploads, words
from desk.access import StaffRequest, actor, read, staff
from desk.choices import all_regions, choices, languages
from desk.letters import Letter, conversation
from tickets.actions import access
from tickets.actions.triage import ENDS, MOVES
from tickets.errors import IllegalMove
from tickets.files import storage
from tickets.models import Attachment, CallBack, Duty, Event, Message, Ticket
from tickets.permissions import Act, may, role_allows
from tickets.translation import engines
from web import downloads, html
from web.paging import page as page_of

HISTORY_PAGE = 100
HEADERS_SHOWN = 128 * 1024  # bytes of a mail in which its headers are looked for


@dataclass
class Attempt:
    """What somebody tried on the ticket page and could not do: shown beside its form, with everything typed kept."""

    where: str = ""
    problem: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    reply: forms.ReplyForm | None = None
    note: forms.NoteForm | None = None
    call: forms.CallForm | None = None
    seen: int | None = None
    anyway: bool = False  # it may be done all the same, once its problem was read
    status: int = 200

    @classmethod
    def refused(cls, where: str, move: IllegalMove, **more: Any) -> "Attempt":
        """An act that the ticket does not allow now."""
        anyway = move.code in ("partner-wrote", "colleague-answered", "colleague-writes")
        return cls(where=where, problem=str(move.message), anyway=anyway, status=409, **more)


@require_safe
@staff
def ticket(request: StaffRequest, reference: str) -> HttpResponse:
    """Everything about one ticket."""
    found = read(request, reference)
    return ticket_page(request, found, Attempt(reply=_written_on(request, found)))


def ticket_page(request: StaffRequest, found: Ticket, attempt: Attempt) -> HttpResponse:
    """The page of a ticket, after an attempt too."""
    known = choices(found, request.user)
    family = queries.family(found, request.sight)
    begun = answer_box.own_draft(found, request.user)
    seen = attempt.seen if attempt.reply or begun is None else begun.last_seen
    talk = conversation(found, known, family, cursor=request.GET.get("cursor", ""), seen=seen)
    people = queries.people(found, timezone.now())
    letters = [entry for entry in talk.entries if isinstance(entry, Letter)]
    reply = attempt.reply or answer_box.form_of(found, request.user, request.GET.get("nature", ""))
    context = {
        "ticket": found,
        **_times(found),
        "chips": queries.chips(found),
        "known": known,
        "talk": talk,
        "need": getattr(found, "need", None),
        "fresh": [letter for letter in letters if letter.is_new],
        "people": people,
        "hints": hints.hints(found, people, letters),
        "called_back": hints.called_back(found),
        "call_sources": CallBack.How.choices,
        "others": queries.others(found, request.sight),
        "organisation_query": queries.organisation_query(found),
        "may_split": bool(talk.page.next) or sum(each.style == "partner" for each in letters) > 1,
        "readers": [each for each in known.people if each.pk in found.reader_ids],  # type: ignore[attr-defined]
        **answer_box.context(found, request.user, people, reply),
        "note": attempt.note or forms.NoteForm(ticket_id=found.pk),
        "call": attempt.call or forms.CallForm(),
        "follows": any(each["pk"] == request.user.pk for each in found.following),  # type: ignore[attr-defined]
        "attempt": attempt,
        # An act that ends a ticket by a reply writes the reply's nature as reason; the outcome says that already.
        "ended_because": "" if found.outcome_reason in Message.Nature.values else found.outcome_reason,
        "menus": _menus(request, found),
        "file_limit": settings.FILE_MAX_BYTES,
        # Into what messages are translated here; "" where none leaves the house.
        "translation_language": get_language() if engines.is_on() and not found.sensitive else "",
        "security_mail": settings.SECURITY_MAIL,
        "undo_seconds": settings.UNDO_SECONDS,
        "sandbox": html.SANDBOX,
        "languages": [(each.code, each.endonym) for each in languages()],
        "regions": all_regions(),
        "may_open_quarantined": role_allows(request.user, Act.OPEN_QUARANTINED),
    }
    return render(request, "desk/ticket.html", context, status=attempt.status)


@require_safe
@staff
def events(request: StaffRequest, reference: str) -> HttpResponse:
    """The whole history of a ticket, page by page, the newest first."""
    found = read(request, reference)
    known = choices(found, request.user)
    rows = Event.objects.filter(ticket=found).select_related("actor")
    shown = page_of(rows, by="at", cursor=request.GET.get("cursor", ""), size=HISTORY_PAGE, descending=True)
    lines = [earlier.line(event, known) for event in shown.rows]
    return render(request, "desk/history.html", {"ticket": found, "known": known, "lines": lines, "page": shown})


@require_safe
@staff
def message_html(request: StaffRequest, reference: str, message_id: int) -> HttpResponse:
    """The HTML of a mail as it was sent, made harmless, for a sandboxed frame."""
    found = read(request, reference)
    message = get_object_or_404(Message.objects.exclude(html=""), pk=message_id, ticket__in=_family(request, found))
    remote = request.GET.get("pictures") == "remote"
    pictures = {
        attachment.content_id: reverse("desk:file", args=[found.reference, attachment.pk]) + "?show=1"
        for attachment in message.attachments.all()
        if attachment.content_id and not attachment.quarantine
    }
    shown = html.sanitise(message.html, images=pictures.get, remote=remote)
    if not remote and html.has_remote_pictures(message.html):
        shown = _offer_pictures() + shown
    return html.html_response(shown, remote=remote)


@require_safe
@staff
def message_text(request: StaffRequest, reference: str, message_id: int) -> HttpResponse:
    """The whole text of a message that is too long for the ticket page."""
    found = read(request, reference)
    message = get_object_or_404(Message, pk=message_id, ticket__in=_family(request, found))
    return _plain_text(message.text)


@require_safe
@staff
def message_raw(request: StaffRequest, reference: str, message_id: int) -> HttpResponseBase:
    """The mail as it was received, to the last byte."""
    found = read(request, reference)
    message = get_object_or_404(Message.objects.exclude(raw_path=""), pk=message_id, ticket__in=_family(request, found))
    name = f"{found.reference}-{message.pk}.eml"
    return downloads.file_response(_open(message.raw_path), name=name, content_type="message/rfc822", no_store=True)


@require_safe
@staff
def message_headers(request: StaffRequest, reference: str, message_id: int) -> HttpResponse:
    """The headers of a mail as they were received, as plain text."""
    found = read(request, reference)
    message = get_object_or_404(Message.objects.exclude(raw_path=""), pk=message_id, ticket__in=_family(request, found))
    with _open(message.raw_path) as stream:
        beginning: bytes = stream.read(HEADERS_SHOWN)
    headers = re.split(rb"\r?\n\r?\n", beginning, maxsplit=1)[0]
    return _plain_text(headers.decode(errors="replace"))


@require_safe
@staff
def file(request: StaffRequest, reference: str, attachment_id: int) -> HttpResponseBase:
    """An attachment; in quarantine, the warning instead of it; not checked for viruses, a word before it is saved."""
    found = read(request, reference)
    attachment = _attachment(request, found, attachment_id)
    if attachment.quarantine:
        allowed = may(request.user, Act.OPEN_QUARANTINED, found)
        context = {"ticket": found, "attachment": attachment, "allowed": allowed}
        return render(request, "desk/quarantine.html", context, status=200 if allowed else 403)
    inline = "show" in request.GET and bool(previews.kind_of(attachment))
    # A browser shows pictures and PDF within its own walls; what is saved is opened by whatever program there is.
    if words.check(attachment).warn and not inline and "anyway" not in request.GET:
        return render(request, "desk/unchecked.html", {"ticket": found, "attachment": attachment})
    return _served(attachment, inline=inline)


@require_safe
@staff
def preview(request: StaffRequest, reference: str, attachment_id: int) -> HttpResponse:
    """A picture or PDF on a page of its own, for who has no script; 404 for what no browser may show."""
    found = read(request, reference)
    attachment = _attachment(request, found, attachment_id)
    kind = previews.kind_of(attachment)
    if not kind:
        raise Http404
    return render(request, "desk/preview.html", {"ticket": found, "file": attachment, "kind": kind})


@require_POST
@staff
def open_quarantined(request: StaffRequest, reference: str, attachment_id: int) -> HttpResponseBase:
    """A file in quarantine, after its warning: a download, never a preview."""
    found = read(request, reference, Act.OPEN_QUARANTINED)
    attachment = _attachment(request, found, attachment_id)
    if attachment.quarantine:
        access.unseal(actor=actor(request), ticket=found, attachment=attachment, now=timezone.now())
    return _served(attachment, inline=False)


def _family(request: StaffRequest, found: Ticket) -> list[int]:
    """Whose messages the page of a ticket shows: its own, and those of what was merged into it."""
    return queries.family(found, request.sight)


def _attachment(request: StaffRequest, found: Ticket, attachment_id: int) -> Attachment:
    return get_object_or_404(Attachment, pk=attachment_id, message__ticket__in=_family(request, found))


def _served(attachment: Attachment, *, inline: bool) -> HttpResponseBase:
    return downloads.file_response(
        _open(attachment.path), name=attachment.name, content_type=attachment.content_type, inline=inline, no_store=True
    )


def _plain_text(text: str) -> HttpResponse:
    headers = {"X-Content-Type-Options": "nosniff"}
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers=headers)


def _open(path: str) -> Any:
    try:
        return storage().open(path)
    except FileNotFoundError:
        raise Http404 from None


def _written_on(request: StaffRequest, found: Ticket) -> forms.ReplyForm | None:
    """The form with a reply that was taken back, to be written on."""
    again = request.GET.get("again", "")
    if not (again.isascii() and again.isdigit() and len(again) < 18):
        return None
    undone = Message.objects.filter(pk=int(again), ticket=found, delivery=Message.Delivery.CANCELLED).first()
    if undone is None:
        return None
    written: dict[str, object] = {"text": undone.written_text, "nature": undone.nature, "status": ""}
    written |= {"answer_by": undone.promises, "contact": undone.contact_id}
    written |= {"to": undone.to[0][1] if undone.to else "", "cc": [address for _name, address in undone.cc]}
    form = forms.ReplyForm(ticket_id=found.pk, initial=written)
    form.stored = [uploads.of_attachment(each) for each in undone.attachments.all()]
    return form


def _times(found: Ticket) -> dict[str, Any]:
    """How the ticket's time runs: what was promised, and what is due."""
    now, holidays = timezone.now(), frozenset(found.closing_days)  # type: ignore[attr-defined]
    due = duties.lines(found, now=now, holidays=holidays)
    reply = next((each.row for each in due if each.row.duty == Duty.REPLY), None)
    if reply is not None:
        reply.ticket = found
    version = proof.kept(found)
    counted = version is not None and version.count_day_of_registration
    return {
        "waiting": deadline.waiting(found, now=now, holidays=holidays),
        "duties": due,
        "stricter": duties.stricter(found, due),
        "holding_due": duties.holding_due(found, due, now=now, holidays=holidays),
        "movable_until": duties.movable_until(found, holidays=holidays, counted=counted),
        "proof": proof.of(reply, version) if reply is not None else None,
    }


def _menus(request: StaffRequest, found: Ticket) -> dict[str, Any]:
    """What the menus of this ticket offer to this person."""
    moves = MOVES[found.status]
    return {
        "moves": [Ticket.Status(each) for each in moves if each not in ENDS],
        "ends": [Ticket.Status(each) for each in moves if each in ENDS],
        "priorities": Ticket.Priority.choices,
        "kinds": Ticket.Kind.choices,
        "outcomes": Ticket.Outcome.choices,
        "waiting_for": Ticket.WaitingFor.values,
        "replies": found.status not in (Ticket.Status.MERGED, Ticket.Status.SPAM),
    }


def _offer_pictures() -> str:
    return format_html(
        '<p style="padding:8px 12px;background-color:#edf2fe">{} <a href="?pictures=remote">{}</a></p>',
        _("Pictures that lie on other servers are not shown: fetching them tells the sender that you read the mail."),
        _("Show them"),
    )
