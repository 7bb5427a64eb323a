"""The notices to colleagues, one short function each, put into the outbox in the caller's transaction.

They carry reference and link, never what a partner wrote; `subject` is None for a sensitive ticket. An answer to a
notice goes to its `reply_to` and becomes a note.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NotRequired, TypedDict, Unpack

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from notifications import outbox
from notifications.models import OutgoingMail
from notifications.outbox import Address, Draft, File, put
from notifications.rendering import FALLBACK_LANGUAGE, cut, language_of, render

__all__ = [
    "Address",
    "alarm",
    "assigned",
    "assigned_many",
    "danger",
    "delivery_failed",
    "delivery_partly",
    "mentioned",
    "partner_answered",
    "phishing",
    "reported_unwanted",
    "routed",
    "sign_in_changed",
    "withhold_subject",
]

PHISHING = "phishing"
# What the subject begins with.
HEADLINES = {
    "assigned": gettext_lazy("Assigned to you"),
    "danger": gettext_lazy("Danger to life"),
    "routed": gettext_lazy("For you to see"),
    "mentioned": gettext_lazy("You are named in a note"),
    "partner_answered": gettext_lazy("The partner has written"),
    "delivery_failed": gettext_lazy("Your mail did not arrive"),
    "delivery_partly": gettext_lazy("Your mail did not reach everybody"),
    "reported_unwanted": gettext_lazy("Your mail was reported as unwanted"),
}


class About(TypedDict):
    """To whom a notice goes, and about which ticket."""

    to: Address
    language: str
    reference: str
    subject: str | None
    link: str
    reply_to: str
    key: str
    group: str
    correlation: NotRequired[str]


def assigned(*, by: str, **about: Unpack[About]) -> OutgoingMail:
    """Tell a colleague that a ticket is theirs now. `by` is who assigned it, "" when a rule did."""
    return _about("assigned", about, by=by)


def assigned_many(
    *, to: Address, language: str, by: str, tickets: Sequence[tuple[str, str]], key: str, correlation: str = ""
) -> OutgoingMail:
    """Tell a colleague in one mail that several tickets are theirs now. `tickets` are references and links."""
    number = len(tickets)
    context = {"by": by, "number": number, "tickets": tickets}
    with translation.override(language_of(language)):
        text, html = render("assigned_many", context)
        subject = ngettext("%(number)s ticket assigned to you", "%(number)s tickets assigned to you", number)
        notice = _Words("assigned_many", language_of(language), subject % {"number": number}, text, html)
    return put(_draft(notice, to=to, reply_to="", key=key, group="bulk", correlation=correlation))


def danger(about: Sequence[About]) -> list[OutgoingMail]:
    """Tell colleagues at once of tickets that tell of danger to life: a mail for each, in one statement."""
    return outbox.put_all([_draft_about("danger", each) for each in about])


def partner_answered(**about: Unpack[About]) -> OutgoingMail:
    """Tell a colleague that the partner has written on their ticket."""
    return _about("partner_answered", about)


def routed(**about: Unpack[About]) -> OutgoingMail:
    """Tell a colleague of a ticket, because a rule says so."""
    return _about("routed", about)


def mentioned(*, by: str, **about: Unpack[About]) -> OutgoingMail:
    """Tell a colleague that a note names them. `by` is who wrote it."""
    return _about("mentioned", about, by=by)


def delivery_failed(**about: Unpack[About]) -> OutgoingMail:
    """Tell a colleague that a mail to the partner did not arrive, so that the partner still waits."""
    return _about("delivery_failed", about)


def delivery_partly(**about: Unpack[About]) -> OutgoingMail:
    """Tell a colleague that some recipients of a mail do not have it; which ones, the ticket tells."""
    return _about("delivery_partly", about)


def reported_unwanted(**about: Unpack[About]) -> OutgoingMail:
    """Tell a colleague that a mail to the partner was reported as unwanted, so that no more reaches that address."""
    return _about("reported_unwanted", about)


def alarm(*, to: Address, language: str, words: str | Promise, link: str, key: str) -> OutgoingMail:
    """Tell an administrator that something needs a person. `words` say what, in the recipient's language when lazy."""
    with translation.override(language_of(language)):
        text, html = render("alarm", {"words": str(words), "link": link})
        notice = _Words("alarm", language_of(language), _("Alarm of the helpdesk"), text, html)
    return put(_draft(notice, to=to, reply_to="", key=key, group="alarms", correlation=""))


def sign_in_changed(*, to: Address, language: str, words: str | Promise, link: str, key: str) -> OutgoingMail:
    """Tell a colleague that the ways into their account are others now, in case it was not them. `words` say what, in
    the recipient's language when lazy; `link` leads to where the password is changed.
    """
    with translation.override(language_of(language)):
        text, html = render("sign_in_changed", {"words": str(words), "link": link})
        notice = _Words("sign_in_changed", language_of(language), _("How you sign in was changed"), text, html)
    return put(_draft(notice, to=to, reply_to="", key=key, group="", correlation=""))


def phishing(
    *,
    address: str,
    by: str,
    reply_to: str,
    reference: str,
    sha256: str,
    original: File,
    key: str,
    group: str,
    correlation: str,
) -> OutgoingMail:
    """Hand a mail that looks like phishing to IT security, as a file to the last byte, in English.

    An answer goes to `reply_to`, whoever reported it. Neither the sender nor the subject is repeated.
    """
    with translation.override(FALLBACK_LANGUAGE):
        text, html = render("phishing", {"by": by, "reference": reference, "sha256": sha256})
        subject = _("[%(reference)s] Mail reported as phishing") % {"reference": reference}
        notice = _Words(PHISHING, FALLBACK_LANGUAGE, subject, text, html)
    draft = _draft(
        notice,
        to=Address("", address),
        reply_to=reply_to,
        files=[original],
        key=key,
        group=group,
        correlation=correlation,
    )
    return put(draft)


def withhold_subject(*, group: str, reference: str, link: str) -> int:
    """Write the notices of a group that still wait anew, without the subject of their ticket; returns how many."""
    reworded = 0
    for mail in outbox.waiting(group, audience=OutgoingMail.Audience.STAFF):
        if mail.name == PHISHING:  # has none
            continue
        words = _notice(mail.name, mail.language, reference, None, link, mail.reply_to)
        reworded += outbox.reword(mail.pk, subject=words.subject, text=words.text, html=words.html)
    return reworded


@dataclass(frozen=True)
class _Words:
    """What a notice says, and in which language."""

    name: str
    language: str
    subject: str
    text: str
    html: str


def _about(name: str, about: About, *, by: str = "") -> OutgoingMail:
    return put(_draft_about(name, about, by=by))


def _draft_about(name: str, about: About, *, by: str = "") -> Draft:
    reply_to = about["reply_to"]
    notice = _notice(name, about["language"], about["reference"], about["subject"], about["link"], reply_to, by=by)
    to, key, group = about["to"], about["key"], about["group"]
    return _draft(notice, to=to, reply_to=reply_to, key=key, group=group, correlation=about.get("correlation", ""))


def _notice(
    name: str, language: str, reference: str, subject: str | None, link: str, reply_to: str, *, by: str = ""
) -> _Words:
    """Write a notice. An answer to it becomes a note, where it has an address for that."""
    context = {"reference": reference, "subject": subject, "link": link, "by": by, "becomes_note": bool(reply_to)}
    with translation.override(language_of(language)):
        text, html = render(name, context)
        headline = f"[{reference}] {HEADLINES[name]}" + (f": {cut(subject)}" if subject else "")
    return _Words(name, language_of(language), headline, text, html)


def _draft(
    notice: _Words,
    *,
    to: Address,
    reply_to: str,
    key: str,
    group: str,
    correlation: str,
    files: Sequence[File] = (),
) -> Draft:
    return Draft(
        key=key,
        name=notice.name,
        audience="staff",
        automatic=True,
        language=notice.language,
        to=[to],
        subject=notice.subject,
        text=notice.text,
        html=notice.html,
        from_name=settings.MAIL_FROM_NAME,
        reply_to=reply_to,
        files=files,
        group=group,
        correlation=correlation,
    )
