"""What speaks for and against the sender of a ticket, in plain words: for a person to judge, and blocking nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from desk.letters import Letter
from desk.queries import Person
from tickets import senders
from tickets.models import CallBack, Organisation, Ticket
from tickets.senders import domain_of

Kind = Organisation.Kind

# A local council may use any mailbox; executive bodies in Ukraine must use one in gov.ua (Cabinet resolution 851 of
# 21 October 2015), and institutions elsewhere have domains of their own.
_MAY_USE_ANY = (Kind.HROMADA,)
_HAVE_THEIR_OWN = (Kind.OBLAST, Kind.RAION, Kind.GOVERNMENT, Kind.EU_AUTHORITY, Kind.COR_MEMBER, Kind.EU_INSTITUTION)
# Whose names are borrowed most; ours are in the settings. None below which others get names, as they do below gov.ua.
_INSTITUTIONS = ("europa.eu", "rada.gov.ua", "kmu.gov.ua", "mfa.gov.ua")
NEWEST = 5  # messages of the partner that are looked through for a wish to call


@dataclass(frozen=True)
class Hint:
    """One hint. `look` is warning, or info where it is nothing unusual."""

    look: str
    words: str


@dataclass(frozen=True)
class CalledBack:
    """A call back that holds: who called, when, and by which number, from where."""

    by: str
    at: datetime
    how: str
    number: str


def hints(ticket: Ticket, people: Sequence[Person], letters: Sequence[Letter]) -> list[Hint]:
    """All hints on who writes, warnings first. `letters` are those that the page shows."""
    sender, reply_to = _addresses(ticket, people)
    partner = [letter for letter in letters if letter.style == "partner"][-NEWEST:]
    found = [
        _look_alike(ticket, (sender, reply_to)),
        _other_reply_to(sender, reply_to),
        _origin(partner),
        _call(partner),
        _free_mail(ticket, domain_of(sender)),
    ]
    return sorted((hint for hint in found if hint), key=lambda hint: hint.look != "warning")


def called_back(ticket: Ticket) -> CalledBack | None:
    """The call back that holds, of a ticket that `desk.queries.ticket_of` found."""
    facts: dict[str, str] | None = ticket.called_back  # type: ignore[attr-defined]
    if facts is None:
        return None
    how = str(CallBack.How(facts["how"]).label) if facts["how"] in CallBack.How.values else facts["how"]
    return CalledBack(facts["by"] or "", datetime.fromisoformat(facts["at"]), how, facts["number"])


def _addresses(ticket: Ticket, people: Sequence[Person]) -> tuple[str, str]:
    """Who wrote last and where they want the answer; where no message names an address, the requester's own."""
    asked: dict[str, str] | None = ticket.asked  # type: ignore[attr-defined]
    if asked and asked["sender"]:
        return asked["sender"], asked["reply_to"]
    first = next((person for person in people if person.pk == ticket.requester_id), None)
    return (first.addresses[0] if first and first.addresses else ""), ""


def _look_alike(ticket: Ticket, addresses: Sequence[str]) -> Hint | None:
    ours = [settings.MAIL_ADDRESS, *settings.MAIL_OTHER_ADDRESSES]
    theirs: list[str] = [*ticket.bodies, *ticket.colleagues]  # type: ignore[attr-defined]
    known = {*_INSTITUTIONS, *(domain_of(address) for address in (*ours, *theirs))}
    for domain in filter(None, map(domain_of, addresses)):
        if other := senders.look_alike(domain, known):
            told = {"domain": domain, "other": other}
            return Hint(
                "warning",
                _("The domain %(domain)s looks like %(other)s and is another one. Call back before you trust it.")
                % told,
            )
    return None


def _other_reply_to(sender: str, reply_to: str) -> Hint | None:
    if not reply_to or reply_to.lower() == sender.lower():
        return None
    told = {"address": reply_to}
    if domain_of(reply_to) == domain_of(sender):
        return Hint("info", _("Answers go to another mailbox of the same domain: %(address)s.") % told)
    return Hint("warning", _("Answers go to another domain than the mail came from: %(address)s.") % told)


def _origin(letters: Sequence[Letter]) -> Hint | None:
    newest = next((letter.origin for letter in reversed(letters) if letter.origin), None)
    if newest is None or newest.look != "bad":
        return None
    return Hint("warning", _("The newest mail: %(origin)s.") % {"origin": newest.summary})


def _call(letters: Sequence[Letter]) -> Hint | None:
    wanted = any(senders.asks_for_call(f"{letter.message.subject}\n{letter.text}") for letter in letters)
    if not wanted:
        return None
    return Hint(
        "warning",
        _(
            "A video call is asked for. Callers pose as ministers, embassies and members: before you agree, "
            "ask back by a number from the official website."
        ),
    )


def _free_mail(ticket: Ticket, domain: str) -> Hint | None:
    body = ticket.organisation
    if body is None or not senders.is_free_mail(domain):
        return None
    if body.kind in _MAY_USE_ANY:
        return Hint("info", _("Writes from a free mailbox (%(domain)s), as many hromadas do.") % {"domain": domain})
    if body.kind in _HAVE_THEIR_OWN:
        return Hint(
            "info",
            _("Writes from a free mailbox (%(domain)s); such a body usually has a domain of its own.")
            % {"domain": domain},
        )
    return None
