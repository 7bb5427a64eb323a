"""The mails to partners, one short function each; those to colleagues are in `notices`.

They take frozen values and finished links, write the mail in the recipient's language and put it into the outbox, in
the caller's transaction.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils import formats, translation
from django.utils.translation import gettext as _

from notifications.models import OutgoingMail
from notifications.outbox import Address, Draft, File, put
from notifications.rendering import FALLBACK_LANGUAGE, cut, language_of, render

__all__ = [
    "HISTORY_RULE",
    "Address",
    "Thread",
    "acknowledgement",
    "in_words",
    "probe",
    "reminder",
    "reply",
    "tracking_link",
]

# The line above the history begins and ends with it in every language, so that the reader of an answer finds it.
HISTORY_RULE = "―――"
MAX_HISTORY = 20_000  # characters: enough to remember what was asked, whatever was sent to us

_REPLY_PREFIX = re.compile(r"^(?:(?:re|fwd?|aw|wg|sv|vs|tr|rif|odp|відп|на|пересл)(?:\[\d+\])?\s*:\s*)+", re.I)


@dataclass(frozen=True)
class Thread:
    """The mail that is answered and those before it: Message-IDs, the oldest first (RFC 5322, section 3.6.4)."""

    in_reply_to: str
    references: Sequence[str]


NO_THREAD = Thread("", ())


def acknowledgement(
    *,
    to: Address,
    language: str,
    reference: str,
    subject: str,
    registered_on: date,
    answer_by: date | None,
    tracking_url: str,
    privacy_url: str,
    phone: str,
    thread: Thread,
    reply_to: str,
    key: str,
    group: str,
    correlation: str,
) -> OutgoingMail:
    """Tell a partner that we have the request, and by when an answer is due.

    Nothing of what they wrote is repeated but the subject line: anybody can write to us in another's name.
    `answer_by` is None when no date can be promised, `tracking_url` is empty where there is no tracking page.
    """
    with translation.override(language_of(language)):
        return _automatic(
            "acknowledgement",
            {
                "reference": reference,
                "registered_on": in_words(registered_on),
                "answer_by": in_words(answer_by) if answer_by else "",
                "tracking_url": tracking_url,
                "privacy_url": privacy_url,
                "phone": phone,
            },
            to=to,
            subject=_reply_subject(reference, subject or _("Your request")),
            thread=thread,
            secret=tracking_url,
            reply_to=reply_to,
            key=key,
            group=group,
            correlation=correlation,
        )


def reply(
    *,
    to: Sequence[Address],
    cc: Sequence[Address] = (),
    language: str,
    reference: str,
    subject: str,
    text: str,
    files: Sequence[File] = (),
    author_name: str,
    signature: str,
    history: str,
    thread: Thread,
    reply_to: str,
    not_before: datetime,
    key: str,
    group: str,
    correlation: str,
) -> OutgoingMail:
    """Send what a person wrote, as written, with their signature; what it answers follows below a marker line."""
    asked = history.strip()[:MAX_HISTORY]
    with translation.override(language_of(language)):
        words, html = render(
            "reply",
            {
                "written": text.strip(),
                "signature": signature,
                "reference": reference,
                "history": asked,
                "quoted": "\n".join(f"> {line}".rstrip() for line in asked.splitlines()),
                "rule": HISTORY_RULE,
            },
        )
        subject = _reply_subject(reference, subject or _("Your request"))
    return put(
        Draft(
            key=key,
            name="reply",
            audience="partner",
            automatic=False,
            language=language_of(language),
            to=to,
            cc=cc,
            subject=subject,
            text=words,
            html=html,
            from_name=f"{author_name}, {settings.MAIL_FROM_NAME}" if author_name else settings.MAIL_FROM_NAME,
            reply_to=reply_to,
            envelope_sender=settings.MAIL_ADDRESS,
            in_reply_to=thread.in_reply_to,
            references=thread.references,
            files=files,
            group=group,
            correlation=correlation,
            not_before=not_before,
        )
    )


def reminder(
    *,
    to: Address,
    language: str,
    reference: str,
    subject: str,
    question: str,
    asked_on: date,
    closes_on: date | None,
    phone: str,
    thread: Thread,
    reply_to: str,
    key: str,
    group: str,
    correlation: str = "",
) -> OutgoingMail:
    """Remind a partner of the question that we asked, with its words.

    `closes_on` is the day on which the request is closed unless an answer comes; None where it stays open.
    """
    with translation.override(language_of(language)):
        return _automatic(
            "reminder",
            {
                "reference": reference,
                "asked_on": in_words(asked_on),
                "closes_on": in_words(closes_on) if closes_on else "",
                "question": question.strip()[:MAX_HISTORY],
                "phone": phone,
            },
            to=to,
            subject=_reply_subject(reference, subject or _("Your request")),
            thread=thread,
            secret="",
            reply_to=reply_to,
            key=key,
            group=group,
            correlation=correlation,
        )


def tracking_link(
    *,
    to: Address,
    language: str,
    reference: str,
    tracking_url: str,
    phone: str,
    reply_to: str,
    key: str,
    group: str,
    correlation: str,
) -> OutgoingMail:
    """Give a participant a new secret link to the tracking page, because it was asked for."""
    with translation.override(language_of(language)):
        return _automatic(
            "tracking_link",
            {"tracking_url": tracking_url, "phone": phone, "reference": reference},
            to=to,
            subject=_("Your link to request [%(reference)s]") % {"reference": reference},
            secret=tracking_url,
            reply_to=reply_to,
            key=key,
            group=group,
            correlation=correlation,
        )


def probe(*, address: str, token: str, key: str) -> OutgoingMail:
    """A mail to ourselves that shows whether mail leaves and comes in; its subject bears the token."""
    return put(
        Draft(
            key=key,
            name="probe",
            audience="staff",
            automatic=True,
            language=FALLBACK_LANGUAGE,
            to=[Address("", address)],
            subject=f"Mail check {token}",
            text="This mail checks the way of our mail. Nobody needs to read it.\n",
            html="",
            from_name=settings.MAIL_FROM_NAME,
        )
    )


def _automatic(
    name: str,
    context: Mapping[str, object],
    *,
    to: Address,
    subject: str,
    reply_to: str,
    secret: str,
    key: str,
    group: str,
    correlation: str,
    thread: Thread = NO_THREAD,
) -> OutgoingMail:
    """Put a mail to a partner that no person wrote into the outbox, in the active language, with the null sender."""
    text, html = render(name, context)
    return put(
        Draft(
            key=key,
            name=name,
            audience="partner",
            automatic=True,
            language=translation.get_language() or FALLBACK_LANGUAGE,
            to=[to],
            subject=subject,
            text=text,
            html=html,
            from_name=settings.MAIL_FROM_NAME,
            reply_to=reply_to,
            in_reply_to=thread.in_reply_to,
            references=thread.references,
            secret=secret,
            group=group,
            correlation=correlation,
        )
    )


def in_words(day: date) -> str:
    """A date in words, in the active language."""
    pattern: str = formats.get_format("DATE_FORMAT")
    # The first of a month is an ordinal number in French.
    first = translation.get_language() == "fr" and day.day == 1
    return formats.date_format(day, pattern.replace("j", r"j\e\r") if first else pattern)


def _reply_subject(reference: str, subject: str) -> str:
    """The partner's own subject as a reply: mail programs thread by it, so that only the tag is added, at the end."""
    tag = f"[{reference}]"
    plain = _REPLY_PREFIX.sub("", " ".join(subject.replace(tag, " ").split()))
    return f"Re: {cut(plain)} {tag}"
