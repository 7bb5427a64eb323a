"""What each nature of a reply must tell, and the sentences that tell it in the partner's language."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from notifications import telling
from notifications.emails import in_words
from tickets import extending
from tickets.errors import IllegalMove
from tickets.models import Contact, Message, Ticket, User

Nature = Message.Nature
FARTHEST = timedelta(days=366)


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a reply tells beyond its author's words.

    `answer_by` is the new date of a holding reply, `contact` the body of a transfer, which gets a copy when `forward`;
    `official` is who deals with the request; `extends` says that the date is later than promised.
    """

    answer_by: date | None = None
    contact: Contact | None = None
    forward: bool = False
    official: User | None = None
    extends: bool = False

    @property
    def copy_to(self) -> str:
        """The address that gets the reply as well, with the request below it."""
        return self.contact.address if self.contact is not None and self.forward else ""


NOTHING = Told()


def told_by(nature: str, answer_by: date | None, contact: Contact | None, *, forward: bool) -> Told:
    """What a reply of this nature tells; what belongs to another nature is left out."""
    return Told(
        answer_by=answer_by if nature == Nature.HOLDING else None,
        contact=contact if nature == Nature.TRANSFER else None,
        forward=forward and contact is not None and bool(contact.address),
    )


def check(ticket: Ticket, nature: str, told: Told, *, now: datetime) -> None:
    """Refuse a reply that does not tell what its nature demands."""
    if nature not in Nature.values:
        raise IllegalMove(
            "nature", _("Choose what the reply is: an answer, a holding reply, a question or a transfer.")
        )
    if nature == Nature.HOLDING:
        check_date(told.answer_by, now=now)
        check_limit(ticket, told.answer_by)
    if nature == Nature.TRANSFER and (told.contact is None or not told.contact.active):
        raise IllegalMove("contact-missing", _("Choose the body that the request goes to."))


def check_date(answer_by: date | None, *, now: datetime) -> None:
    """Refuse a date that cannot be promised."""
    today = now.astimezone(ZoneInfo(settings.HOUSE_TIME_ZONE)).date()
    if answer_by is None:
        raise IllegalMove("date-missing", _("Say by when the partner will have the answer: enter a date."))
    if answer_by <= today:
        raise IllegalMove("date-past", _("Promise a date that is still to come."))
    if answer_by > today + FARTHEST:
        raise IllegalMove("date-far", _("This date is more than a year away. Enter an earlier one."))


def check_limit(ticket: Ticket, answer_by: date | None) -> None:
    """Refuse a date to which the policy of the reply's deadline cannot be extended. One statement, two where it can."""
    limit = extending.limit(ticket)
    if limit is not None and answer_by is not None and answer_by > limit:
        told = _("The rule of this deadline allows no later date than %(date)s. Enter one until then.")
        raise IllegalMove("date-beyond", told % {"date": in_words(limit)})


def sentences(ticket: Ticket, told: Told) -> str:
    """The end of the reply: what it tells for certain, in the partner's language; "" when it tells nothing."""
    language = ticket.mail_language
    parts = []
    if told.contact is not None:
        body = telling.Body(
            name=told.contact.name_in(language),
            address=told.contact.address,
            phone=told.contact.phone,
            website=told.contact.website,
        )
        parts.append(telling.passed_on(language=language, body=body, forwarded=bool(told.copy_to)))
    if told.official is not None:
        person = told.official
        official = telling.Official(name=person.name, unit=person.unit, phone=person.phone or settings.HOUSE_PHONE)
        parts.append(telling.official_named(language=language, official=official))
    if told.answer_by is not None:
        says = telling.extension if told.extends else telling.promise
        parts.append(says(language=language, answer_by=told.answer_by))
    return "\n\n".join(parts)
