"""The morning summary of deadlines, and the notices about standing in: mails to colleagues that are about many tickets.

They name references and dates, never what a partner wrote: a ticket that is made sensitive meanwhile has nothing in
them to withhold.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.emails import in_words
from notifications.models import OutgoingMail
from notifications.outbox import Address, Draft, put
from notifications.rendering import language_of, render

__all__ = ["Address", "Due", "Ticket", "standing_in", "standing_in_over", "summary"]

# In the order of the mail; what is most pressing comes first.
GROUPS: dict[str, Promise] = {
    "escalated": gettext_lazy("For you as manager"),
    "overdue": gettext_lazy("Overdue"),
    "today": gettext_lazy("Due today"),
    "soon": gettext_lazy("Due soon"),
}
SHOWN = 100  # of each group; the desk lists them all
NOTES: dict[str, Promise] = {
    "stands_in": gettext_lazy("You stand in for %(name)s, who is away until %(date)s."),
    "nobody_stands_in": gettext_lazy("%(name)s is away until %(date)s, and nobody stands in."),
    "unassigned": gettext_lazy("Nobody has taken it."),
    "answers_for": gettext_lazy("%(name)s has it."),
    "nobody_else": gettext_lazy("You get this because nobody else is told of it."),
}


@dataclass(frozen=True, kw_only=True)
class Due:
    """A deadline as a colleague is told of it. `note` is a code of NOTES or ""; `name` and `until` belong to it."""

    reference: str
    link: str
    queue: str | Promise
    duty: str | Promise
    due_on: date
    note: str = ""
    name: str = ""
    until: date | None = None


@dataclass(frozen=True)
class Ticket:
    """A ticket in a list."""

    reference: str
    link: str


@dataclass(frozen=True)
class _Line:
    reference: str
    link: str
    words: str
    note: str


@dataclass(frozen=True)
class _Group:
    title: str
    lines: Sequence[_Line]
    more: int


def summary(
    *, to: Address, language: str, day: date, due: Mapping[str, Sequence[Due]], desk: str, choose: str, key: str
) -> OutgoingMail:
    """Tell a colleague in the morning which deadlines need them: those of each group of GROUPS, by their day.

    `desk` leads to the lists, `choose` to where one says what one wants to get.
    """
    with translation.override(language_of(language)):
        context = {"groups": list(_groups(due)), "desk": desk, "choose": choose}
        text, html = render("summary", context)
        subject = _("Your deadlines on %(date)s") % {"date": in_words(day)}
        return _put("summary", to, language, subject, text, html, key)


def standing_in(
    *, to: Address, language: str, name: str, until: date, tickets: Sequence[Ticket], more: int, desk: str, key: str
) -> OutgoingMail:
    """Tell a colleague that they stand in for another from today on. `tickets` are the open ones, `more` the others."""
    with translation.override(language_of(language)):
        context = {"name": name, "until": in_words(until), "tickets": tickets, "more": more, "desk": desk}
        text, html = render("standing_in", context)
        subject = _("You stand in for %(name)s") % {"name": name}
        return _put("standing_in", to, language, subject, text, html, key)


def standing_in_over(
    *, to: Address, language: str, name: str, back: bool, tickets: Sequence[Ticket], more: int, desk: str, key: str
) -> OutgoingMail:
    """Tell that standing in is over: the substitute that `name` is back, or, when `back`, who was away that `name`
    stood in.
    """
    with translation.override(language_of(language)):
        context = {"name": name, "back": back, "tickets": tickets, "more": more, "desk": desk}
        text, html = render("standing_in_over", context)
        subject = _("%(name)s stood in for you") if back else _("You no longer stand in for %(name)s")
        return _put("standing_in_over", to, language, subject % {"name": name}, text, html, key)


def _groups(due: Mapping[str, Sequence[Due]]) -> Iterator[_Group]:
    for code, title in GROUPS.items():
        found = sorted(due.get(code, ()), key=lambda each: (each.due_on, each.reference))
        if found:
            lines = [_line(each) for each in found[:SHOWN]]
            yield _Group(str(title), lines, max(len(found) - SHOWN, 0))


def _line(due: Due) -> _Line:
    facts = {"duty": str(due.duty), "date": in_words(due.due_on), "queue": due.queue}
    note = due.note if due.name or due.note not in ("answers_for", "stands_in", "nobody_stands_in") else "unassigned"
    named = {"name": due.name, "date": in_words(due.until) if due.until else ""}
    words = _("%(duty)s by %(date)s, queue %(queue)s") % facts
    return _Line(due.reference, due.link, words, str(NOTES[note]) % named if note else "")


def _put(name: str, to: Address, language: str, subject: str, text: str, html: str, key: str) -> OutgoingMail:
    return put(
        Draft(
            key=key,
            name=name,
            audience="staff",
            automatic=True,
            language=language_of(language),
            to=[to],
            subject=subject,
            text=text,
            html=html,
            from_name=settings.MAIL_FROM_NAME,
        )
    )
