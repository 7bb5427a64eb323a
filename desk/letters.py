"""The conversation of a ticket, as its page shows it: letters and, between them, what happened.

Oldest first, in pages from the newest backwards. What everybody has read is folded to one line; what the partner wrote
last, and all since, stands open. Long texts are cut in the database, so that one huge mail does not slow the page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.functions import Left, Length
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from desk import history, previews, words
from desk.choices import Choices
from desk.invitations import Meeting, meetings
from desk.origin import Origin, origin
from desk.translations import Translated, of_message, translated
from tickets.actions import phoning
from tickets.models import Attachment, Event, Message, Ticket
from tickets.questions import Given, Question
from web.paging import Page, page

SHOWN = 20
TEXT_SHOWN = 20_000  # characters
EVENTS_SHOWN = 100
SIGNERS_SHOWN, SIGNER_SHOWN = 3, 120  # names, and characters of each

Kind = Message.Kind
# Calls, by the kind of their message: the look of what they are, and what they were.
CALLS: dict[str, tuple[str, Promise]] = {
    Kind.INBOUND: ("partner", gettext_lazy("asked by phone, our note of it")),
    Kind.OUTBOUND: ("answer", gettext_lazy("answer by phone, our note of it")),
    Kind.NOTE: ("note", gettext_lazy("phone call, internal")),
}
Delivery = Message.Delivery
Attached = Mapping[int, Sequence[Attachment]]  # files by the number of their message


@dataclass(frozen=True)
class File:
    """One file of a message: the name of the signed container that it lies in, and who, unverified, signed it.

    `pictured`: it stands as a small picture in the list.
    """

    row: Attachment
    container: str
    signers: str
    pictured: bool


@dataclass(frozen=True)
class Letter:
    """One message. `style` is its look; `undo_until` is set while its mail can be taken back.

    `missed` are the recipients that do not have it, though others do; `elsewhere` is the reference of the merged ticket
    that it was written on.
    """

    message: Message
    style: str
    icon: str
    author: str
    label: str
    text: str
    quoted: str
    cut: bool
    has_html: bool
    files: Sequence[File]
    origin: Origin | None
    meetings: Sequence[Meeting]
    delivery: str
    delivery_words: str
    missed: Sequence[str]
    undo_until: datetime | None
    is_open: bool
    is_new: bool
    elsewhere: str = ""
    translations: Sequence[Translated] = ()

    @property
    def failed(self) -> bool:
        """The partner does not have it."""
        return self.delivery in (Delivery.FAILED, Delivery.BOUNCED)

    @property
    def at(self) -> datetime:
        return self.message.received_at


@dataclass(frozen=True)
class Conversation:
    """Letters and lines in the order of time, with the pages before and after."""

    entries: Sequence[Letter | history.Line]
    page: Page[Message]
    last_seen: int
    events: Sequence[history.Line]

    @property
    def newest(self) -> bool:
        return self.page.previous is None


def conversation(
    ticket: Ticket,
    choices: Choices,
    family: Sequence[int],
    *,
    cursor: str = "",
    seen: int | None = None,
    size: int = SHOWN,
) -> Conversation:
    """One page of the conversation, with that of the tickets merged into it: `family` are the numbers of all.

    Messages with a greater id than `seen` are marked as new. Raises BadCursor.
    """
    newest = None if cursor or len(family) > 1 or size != SHOWN else _NEWEST.all(ticket=family[0])
    asked_for = _messages(family) if newest is None else Message.objects.all()
    shown = page(asked_for, by="received_at", cursor=cursor, size=size, descending=True, first=newest)
    messages = list(reversed(shown.rows))
    attached = _attached(messages)
    events = _EVENTS.all(ticket=ticket.pk)
    lines = [history.line(event, choices) for event in events]
    asked = max((place for place, each in enumerate(messages) if each.kind == Kind.INBOUND), default=0)
    letters = [
        _letter(message, ticket, attached, is_open=place >= asked or place == len(messages) - 1, seen=seen)
        for place, message in enumerate(messages)
    ]
    between = [
        each for event, each in zip(events, lines, strict=True) if _belongs(event, messages, shown, newest=not cursor)
    ]
    return Conversation(
        sorted([*letters, *reversed(between)], key=lambda entry: entry.at),
        shown,
        max((message.pk for message in messages), default=0),
        lines,
    )


def first_letters(ticket: Ticket, family: Sequence[int]) -> list[Letter]:
    """What there is to read on a ticket that nobody has sorted: its newest messages, oldest first, all open.

    Our acknowledgement says nothing about it.
    """
    newest = list(_messages(family).exclude(automatic__in=words.OUR_MAILS).order_by("-received_at", "-pk")[:SHOWN])
    attached = _attached(newest)
    return [_letter(message, ticket, attached, is_open=True, seen=None) for message in reversed(newest)]


def _messages(family: Sequence[int]) -> QuerySet[Message]:
    # One ticket's messages come from its index in their order; those of several are few, and sorted.
    return _told(Q(ticket=family[0]) if len(family) == 1 else Q(ticket__in=family))


def _told(which: Q) -> QuerySet[Message]:
    """Messages with what a letter tells of others."""
    return (
        Message.objects.filter(which)
        .annotate(
            home=F("ticket__reference"),
            start=Left("text", TEXT_SHOWN),
            length=Length("text"),
            has_html=ExpressionWrapper(~Q(html=""), output_field=BooleanField()),
            translated=of_message(),
            mail_state=F("outgoing__state"),
            mail_not_before=F("outgoing__not_before"),
            mail_bounce=F("outgoing__bounce"),
            mail_refused=F("outgoing__refused"),
        )
        .defer("text", "html")
        .select_related("author")
    )


_NEWEST = Question(lambda: _told(Q(ticket=Given("ticket"))).order_by("-received_at", "-pk")[: SHOWN + 1])
_EVENTS = Question(
    lambda: Event.objects.filter(ticket=Given("ticket")).select_related("actor").order_by("-at", "-id")[:EVENTS_SHOWN]
)
_FILES = Question(lambda: Attachment.objects.filter(message__any_of=Given("messages")))


def _attached(messages: Sequence[Message]) -> Attached:
    """The files of these messages, each list in its order."""
    found: dict[int, list[Attachment]] = {}
    for row in _FILES.all(messages=[message.pk for message in messages]):
        found.setdefault(row.message_id, []).append(row)
    return found


def _belongs(event: Event, messages: Sequence[Message], shown: Page[Message], *, newest: bool) -> bool:
    """Whether an event stands between the messages of this page."""
    if event.verb in history.SHOWN_AS_MESSAGE:
        return False
    after_first = shown.next is None or not messages or event.at >= messages[0].received_at
    return after_first and (newest or not messages or event.at <= messages[-1].received_at)


def _letter(message: Message, ticket: Ticket, attached: Attached, *, is_open: bool, seen: int | None) -> Letter:
    start: str = message.start  # type: ignore[attr-defined]
    quote = len(start) if message.quote_start is None else message.quote_start
    style, icon, label = _look(message)
    delivery = _delivery(message)
    undone = delivery == Delivery.CANCELLED
    missed = (message.mail_refused or []) if delivery == Delivery.SENT else []  # type: ignore[attr-defined]
    return Letter(
        message=message,
        style=style,
        icon=icon,
        author=_author(message),
        label=label,
        text=start[:quote].strip(),
        quoted=start[quote:].strip(),
        cut=message.length > TEXT_SHOWN,  # type: ignore[attr-defined]
        has_html=message.has_html,  # type: ignore[attr-defined]
        files=_files(attached.get(message.pk, ())),
        origin=origin(message),
        meetings=meetings(message),
        delivery=delivery,
        delivery_words=_delivery_words(message, delivery),
        missed=missed,
        undo_until=message.mail_not_before if delivery == Delivery.QUEUED else None,  # type: ignore[attr-defined]
        is_open=(is_open or bool(missed) or delivery in (Delivery.FAILED, Delivery.BOUNCED))
        and message.kind != Kind.AUTOMATIC
        and not undone,
        is_new=seen is not None and message.pk > seen and message.kind in (Kind.INBOUND, Kind.OUTBOUND) and not undone,
        elsewhere=message.home if message.ticket_id != ticket.pk else "",  # type: ignore[attr-defined]
        translations=translated(message.translated),  # type: ignore[attr-defined]
    )


def _files(rows: Sequence[Attachment]) -> list[File]:
    names: dict[int | None, str] = {row.position: row.name for row in rows}
    pictured = previews.in_list(rows)
    return [File(row, names.get(row.container, ""), _signers(row), row.pk in pictured) for row in rows]


def _signers(row: Attachment) -> str:
    names = [Truncator(name).chars(SIGNER_SHOWN) for name in row.signers if isinstance(name, str)]
    more = len(names) - SIGNERS_SHOWN
    shown = "; ".join(names[:SIGNERS_SHOWN])
    if more <= 0:
        return shown
    return ngettext("%(names)s and %(number)s more", "%(names)s and %(number)s more", more) % {
        "names": shown,
        "number": more,
    }


def _look(message: Message) -> tuple[str, str, str]:
    """Style, icon and label: three ways to tell kinds apart, of which none is colour."""
    if message.marked == phoning.CALL and message.kind in CALLS:
        return CALLS[message.kind][0], "phone", str(CALLS[message.kind][1])
    if message.kind == Kind.INBOUND:
        return "partner", "mail", pgettext("a message", "wrote")
    if message.kind == Kind.NOTE:
        return "note", "note", _("internal note, no partner sees it")
    if message.kind == Kind.OUTBOUND:
        label = Message.Nature(message.nature).label if message.nature in Message.Nature.values else ""
        return "answer", "reply", str(label)
    if message.automatic in words.OUR_MAILS:
        return "automatic", "automatic", _("our automatic mail")
    return "machine", "automatic", _("automatic: %(reason)s") % {"reason": words.machine(message.automatic)}


def _author(message: Message) -> str:
    if message.author is not None:
        return message.author.name
    if message.automatic in words.OUR_MAILS:
        return str(words.OUR_MAILS[message.automatic])
    return message.sender_name or message.sender_address or _("Unknown sender")


def _delivery(message: Message) -> str:
    """What became of the mail: as the ticket knows, or where that is not settled yet, as the outbox knows."""
    state: str | None = message.mail_state  # type: ignore[attr-defined]
    if message.delivery != Delivery.QUEUED or state is None:
        return message.delivery
    if message.mail_bounce in ("hard", "lost"):  # type: ignore[attr-defined]
        return Delivery.BOUNCED
    return {"sent": Delivery.SENT, "cancelled": Delivery.CANCELLED, "failed": Delivery.FAILED}.get(
        state, "sending" if state == "sending" else Delivery.QUEUED
    )


def _delivery_words(message: Message, delivery: str) -> str:
    if delivery == Delivery.CANCELLED:
        return _("taken back, never sent")
    if delivery == Delivery.BOUNCED:
        return _("came back: the partner does not have it")
    if delivery == Delivery.FAILED:
        return _("could not be sent: the partner does not have it")
    if delivery == "sending":
        return _("being sent")
    if message.marked == phoning.CALL:
        return _("said by phone")
    return str(Delivery(delivery).label) if delivery else ""
