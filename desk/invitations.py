"""Invitations to meetings, as the ticket page shows them. Nothing is accepted or entered anywhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.claims import Invitation, invitations_of
from tickets.models import Message
from web import times

SHOWN = 160  # characters of what strangers wrote
MEETINGS: dict[str, Promise | str] = {
    "CANCEL": gettext_lazy("Meeting called off"),
    "REPLY": gettext_lazy("Answer to an invitation"),
    "COUNTER": gettext_lazy("Another time is proposed for a meeting"),
}


@dataclass(frozen=True)
class Meeting:
    """One invitation. `begins` and `ends` are words, "" when not known; `called_off`: it does not take place."""

    label: str
    title: str
    begins: str
    ends: str
    place: str
    organiser: str
    repeats: bool
    called_off: bool


def meetings(message: Message) -> Sequence[Meeting]:
    """The invitations that came with a message."""
    return [_meeting(each) for each in invitations_of(message.invitations)]


def _meeting(found: Invitation) -> Meeting:
    name, address = _cut(found.organiser_name), found.organiser_address
    return Meeting(
        label=str(MEETINGS.get(found.method) or _("Invitation to a meeting")),
        title=_cut(found.what),
        begins=_words(found.starts, found.zone),
        ends=_words(found.ends, found.zone),
        place=_cut(found.where),
        organiser=f"{name} <{address}>" if name and address and name != address else address or name,
        repeats=found.repeats,
        called_off=found.method == "CANCEL",
    )


def _words(at: datetime | date | None, zone: str) -> str:
    """The time in Brussels and Kyiv; in a zone that we do not know, as it was written."""
    if at is None:
        return ""
    if not isinstance(at, datetime):
        return _("%(date)s, the whole day") % {"date": times.day(at)}
    if at.tzinfo is not None:
        return times.moment_for_partners(at)
    told = {"date": times.day(at.date()), "time": at.strftime("%H:%M"), "zone": _cut(zone)}
    if not zone:
        return _("%(date)s, %(time)s (time zone not said)") % told
    return _("%(date)s, %(time)s (time zone: %(zone)s)") % told


def _cut(text: str) -> str:
    return Truncator(text).chars(SHOWN)
