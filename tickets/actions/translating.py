"""Translations for reading: asked for by a person, made by a machine elsewhere.

What is sensitive never leaves the house. An order is a row; the message to the broker only hurries it.
"""

import logging
import re
from datetime import datetime, timedelta

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tickets.actions.record import Actor, lock, record
from tickets.errors import IllegalMove
from tickets.models import Event, Message, Ticket, Translation
from tickets.translation.engines import engine

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)  # longer than any engine may take to answer
ANSWER_WITHIN = timedelta(hours=2)  # of an engine that delivers later
WAITS = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1))
TASK = "tickets.tasks.translate"
State = Translation.State
_OPEN = (State.WAITING, State.SENT)
_LANGUAGE = re.compile("[a-z]{2}")


@transaction.atomic
def ask(*, actor: Actor, message_id: int, language: str, whole: bool = False, now: datetime) -> Translation:
    """Have a message translated into `language` (ISO 639-1): its new words, or with `whole` what is quoted too.

    What is translated already, or on its way, stays as it is and leaves no event; what failed is tried anew.
    """
    message = Message.objects.get(pk=message_id)
    ticket = lock(message.ticket_id)
    source = message.language or ticket.language
    _check(ticket, message, language, source, whole=whole)
    found = Translation.objects.select_for_update().filter(message=message, language=language).first()
    if found and found.state != State.FAILED and (found.whole or not whole):
        return found
    values = {
        "source": source,
        "whole": whole,
        "engine": settings.TRANSLATION,
        "state": State.WAITING,
        "asked_by": actor.user,
        "asked_at": now,
        "due_at": now,
        "attempts": 0,
        "error": "",
        "text": "",
        "finished_at": None,
    }
    asked, _made = Translation.objects.update_or_create(message=message, language=language, defaults=values)
    data = {"language": language, "engine": settings.TRANSLATION, "whole": whole}
    record(ticket, Event.Verb.TRANSLATION_ASKED, actor=actor, at=now, message=message, data=data)
    transaction.on_commit(lambda: _hurry(asked.pk))
    return asked


def claim(*, translation_id: int, now: datetime) -> Translation | None:
    """Take a due order to send it; None when another worker has it, or it is not to be sent (any more)."""
    due = Translation.objects.filter(pk=translation_id, due_at__lte=now)
    if due.filter(Q(state=State.SENT) | Q(attempts__gt=len(WAITS))).exists():
        fail(translation_id=translation_id, code="no-answer", now=now)
        return None
    sendable = due.filter(state=State.WAITING, message__ticket__sensitive=False)
    claimed = {"attempts": F("attempts") + 1, "due_at": now + LEASE, "engine": settings.TRANSLATION}
    if sendable.update(**claimed) != 1:
        return None
    return Translation.objects.select_related("message").get(pk=translation_id)


def accepted(*, translation_id: int, now: datetime) -> None:
    """The engine has the order and delivers later; it may have delivered already."""
    waiting = Translation.objects.filter(pk=translation_id, state=State.WAITING)
    waiting.update(state=State.SENT, due_at=now + ANSWER_WITHIN, error="")


def deliver(*, translation_id: int, text: str, now: datetime) -> bool:
    """Keep the translation; False when none is waited for, because it came before or was erased."""
    told = {"text": text.replace("\0", ""), "state": State.DONE, "due_at": None, "error": "", "finished_at": now}
    waiting = Translation.objects.filter(pk=translation_id, state__in=_OPEN, attempts__gt=0)
    return waiting.filter(message__ticket__sensitive=False).update(**told) == 1


def postpone(*, translation_id: int, code: str, now: datetime) -> None:
    """The engine takes no order for now: wait a little longer each time, and give up in the end."""
    waiting = Translation.objects.filter(pk=translation_id, state=State.WAITING)
    attempts = waiting.values_list("attempts", flat=True).first()
    if attempts is not None and attempts > len(WAITS):
        fail(translation_id=translation_id, code=code, now=now)
    elif attempts:
        waiting.update(due_at=now + WAITS[attempts - 1], error=code)


def fail(*, translation_id: int, code: str, now: datetime) -> None:
    """There will be no translation. A person may ask again."""
    waiting = Translation.objects.filter(pk=translation_id, state__in=_OPEN)
    waiting.update(state=State.FAILED, due_at=None, error=code, finished_at=now)


def forget(ticket: Ticket) -> int:
    """Erase the translations on a ticket and on what was merged into it, and call off those on their way."""
    of_family = Q(message__ticket=ticket) | Q(message__ticket__merged_into=ticket)
    return Translation.objects.filter(of_family).delete()[0]


def _check(ticket: Ticket, message: Message, language: str, source: str, *, whole: bool) -> None:
    chosen = engine()
    if chosen is None:
        raise IllegalMove("translation-off", _("No translation engine is set up. Tell an administrator."))
    merged_into = ticket.merged_into
    if ticket.sensitive or (merged_into is not None and merged_into.sensitive):
        raise IllegalMove("sensitive", _("The ticket is sensitive: its text does not leave the house."))
    if message.kind == Message.Kind.NOTE:
        raise IllegalMove("note", _("An internal note does not leave the house."))
    if not _LANGUAGE.fullmatch(language):
        raise IllegalMove("language", _("There is no such language."))
    if language == source:
        raise IllegalMove("language-same", _("The message is in this language already."))
    if chosen.needs_source and not source:
        raise IllegalMove("language-unknown", _("Set the language of the request first; the engine has to be told it."))
    if not (message.text if whole else message.new_text).strip():
        raise IllegalMove("text-missing", _("There is no text to translate."))


def _hurry(translation_id: int) -> None:
    try:
        current_app.send_task(TASK, (translation_id,), retry=False)
    except Exception:
        # The row is there; the sweep takes it up.
        log.warning("the broker took no hint", extra={"translation": translation_id})
