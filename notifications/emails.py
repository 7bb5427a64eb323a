"""The mails we send, one short function each.

They take frozen values and finished links, write the mail in the recipient's language and put it into the outbox, in
the caller's transaction. Notices to staff carry reference and link, never what a partner wrote; `subject` is None for a
sensitive ticket.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import formats, translation
from django.utils.translation import gettext as _

from notifications.models import OutgoingMail
from notifications.outbox import Address, Draft, File, put

__all__ = [
    "FALLBACK_LANGUAGE",
    "HISTORY_RULE",
    "Address",
    "Thread",
    "acknowledgement",
    "assigned",
    "delivery_failed",
    "partner_answered",
    "probe",
    "reply",
    "tracking_link",
]

FALLBACK_LANGUAGE = "en"
# The line above the history begins and ends with it in every language, so that the reader of an answer finds it.
HISTORY_RULE = "―――"
MAX_HISTORY = 20_000  # characters: enough to remember what was asked, whatever was sent to us
MAX_SUBJECT = 200  # characters, so that the tag behind the subject survives every cut

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
    with translation.override(_language(language)):
        return _automatic(
            "acknowledgement",
            {
                "reference": reference,
                "registered_on": _date(registered_on),
                "answer_by": _date(answer_by) if answer_by else "",
                "tracking_url": tracking_url,
                "privacy_url": privacy_url,
                "phone": phone,
            },
            audience="partner",
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
    unit: str,
    phone: str,
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
    with translation.override(_language(language)):
        words, html = _render(
            "reply",
            {
                "written": text.strip(),
                "author_name": author_name,
                "unit": unit,
                "phone": phone,
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
            language=_language(language),
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


def tracking_link(
    *, to: Address, language: str, reference: str, tracking_url: str, phone: str, key: str, group: str, correlation: str
) -> OutgoingMail:
    """Give a participant a new secret link to the tracking page, because it was asked for."""
    with translation.override(_language(language)):
        return _automatic(
            "tracking_link",
            {"tracking_url": tracking_url, "phone": phone, "reference": reference},
            to=to,
            subject=_("Your link to request [%(reference)s]") % {"reference": reference},
            secret=tracking_url,
            audience="partner",
            key=key,
            group=group,
            correlation=correlation,
        )


def assigned(
    *,
    to: Address,
    language: str,
    reference: str,
    subject: str | None,
    link: str,
    by: str,
    key: str,
    group: str,
    reply_to: str = "",
    correlation: str = "",
) -> OutgoingMail:
    """Tell a colleague that a ticket is theirs now. `by` is who assigned it, "" when a rule did."""
    with translation.override(_language(language)):
        return _automatic(
            "assigned",
            {"reference": reference, "subject": subject, "link": link, "by": by},
            to=to,
            subject=_staff_subject(_("Assigned to you"), reference, subject),
            audience="staff",
            reply_to=reply_to,
            key=key,
            group=group,
            correlation=correlation,
        )


def partner_answered(
    *,
    to: Address,
    language: str,
    reference: str,
    subject: str | None,
    link: str,
    reply_to: str,
    key: str,
    group: str,
    correlation: str = "",
) -> OutgoingMail:
    """Tell a colleague that the partner has written on their ticket. An answer to this notice becomes a note."""
    with translation.override(_language(language)):
        return _automatic(
            "partner_answered",
            {"reference": reference, "subject": subject, "link": link, "becomes_note": bool(reply_to)},
            to=to,
            subject=_staff_subject(_("The partner has written"), reference, subject),
            audience="staff",
            reply_to=reply_to,
            key=key,
            group=group,
            correlation=correlation,
        )


def delivery_failed(
    *,
    to: Address,
    language: str,
    reference: str,
    subject: str | None,
    link: str,
    key: str,
    group: str,
    reply_to: str = "",
    correlation: str = "",
) -> OutgoingMail:
    """Tell a colleague that a mail to the partner did not arrive, so that the partner still waits."""
    with translation.override(_language(language)):
        return _automatic(
            "delivery_failed",
            {"reference": reference, "subject": subject, "link": link},
            to=to,
            subject=_staff_subject(_("Your mail did not arrive"), reference, subject),
            audience="staff",
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
    audience: str,
    key: str,
    group: str,
    correlation: str,
    reply_to: str = "",
    secret: str = "",
    thread: Thread = NO_THREAD,
) -> OutgoingMail:
    """Put a mail that no person wrote into the outbox, in the active language, with the null envelope sender."""
    text, html = _render(name, context)
    return put(
        Draft(
            key=key,
            name=name,
            audience=audience,
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


def _render(name: str, context: Mapping[str, object]) -> tuple[str, str]:
    """Plain text and HTML of a mail in the active language."""
    whole = {**context, "house": settings.HOUSE_NAME, "language": translation.get_language()}
    text: str = render_to_string(f"notifications/{name}.txt", whole)
    # Left-out parts leave their empty lines behind.
    text = re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
    return text, render_to_string(f"notifications/{name}.html", whole)


def _language(wanted: str) -> str:
    """The language to write in: the wanted one if we have it, else English."""
    code = re.split("[-_]", wanted.lower(), maxsplit=1)[0]
    return code if code in dict(settings.LANGUAGES) else FALLBACK_LANGUAGE


def _date(day: date) -> str:
    """A date in words."""
    pattern: str = formats.get_format("DATE_FORMAT")
    # The first of a month is an ordinal number in French.
    first = translation.get_language() == "fr" and day.day == 1
    return formats.date_format(day, pattern.replace("j", r"j\e\r") if first else pattern)


def _reply_subject(reference: str, subject: str) -> str:
    """The partner's own subject as a reply: mail programs thread by it, so that only the tag is added, at the end."""
    tag = f"[{reference}]"
    plain = _REPLY_PREFIX.sub("", " ".join(subject.replace(tag, " ").split()))
    return f"Re: {_cut(plain)} {tag}"


def _staff_subject(what: str, reference: str, subject: str | None) -> str:
    return f"[{reference}] {what}" + (f": {_cut(subject)}" if subject else "")


def _cut(subject: str) -> str:
    return subject if len(subject) <= MAX_SUBJECT else subject[: MAX_SUBJECT - 1].rstrip() + "…"
