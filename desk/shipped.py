"""The views that every desk has, as searches: the side bar, and the keys after `g`."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from tickets.search.query import parse
from tickets.search.terms import Query


@dataclass(frozen=True)
class Shipped:
    """A view. `key` is the letter after `g`; days such as "yesterday" are reckoned when the search runs."""

    code: str
    words: str | Promise
    query: Query
    icon: str
    key: str
    order: str = "received"


# The first one is the list itself. What is put off is nothing to do; but it hides no promise that is due.
SHIPPED = (
    Shipped("todo", pgettext_lazy("view of tickets", "All to do"), parse("is:todo"), "inbox", "l"),
    Shipped("mine", pgettext_lazy("view of tickets", "Mine"), parse("is:todo assignee:me"), "user", "m"),
    Shipped("unassigned", pgettext_lazy("view of tickets", "Unassigned"), parse("is:todo is:unassigned"), "users", "u"),
    Shipped(
        "us",
        pgettext_lazy("view of tickets", "Waiting for us"),
        parse("waiting:us -is:snoozed"),
        "clock",
        "w",
        "waiting",
    ),
    Shipped(
        "partner",
        pgettext_lazy("view of tickets", "Waiting for the partner"),
        parse("waiting:partner -is:snoozed"),
        "reply",
        "p",
    ),
    Shipped("overdue", pgettext_lazy("view of tickets", "Overdue"), parse("is:overdue"), "warning", "o", "due"),
    Shipped("today", pgettext_lazy("view of tickets", "Due today"), parse("due:today"), "flag", "d", "due"),
    Shipped("needs", pgettext_lazy("view of tickets", "Needs"), parse("is:todo kind:need"), "down", "n"),
    Shipped("offers", pgettext_lazy("view of tickets", "Offers"), parse("is:todo kind:offer"), "up", "f"),
    Shipped(
        "young",
        pgettext_lazy("view of tickets", "New since yesterday"),
        parse("after:yesterday -status:spam"),
        "plus",
        "y",
    ),
    Shipped(
        "unreadable", pgettext_lazy("view of tickets", "Unreadable mail"), parse("is:todo is:unreadable"), "mail", "r"
    ),
    Shipped("snoozed", pgettext_lazy("view of tickets", "Put off"), parse("is:snoozed"), "clock", "b"),
    Shipped("spam", pgettext_lazy("view of tickets", "Spam"), parse("status:spam"), "trash", "s"),
)
_BY_QUERY = {frozenset(each.query.groups): each for each in SHIPPED}


def named(code: str) -> Shipped:
    """The view of this code, or the list itself."""
    return next((each for each in SHIPPED if each.code == code), SHIPPED[0])


def known(query: Query) -> Shipped | None:
    """The view that searches for this, in whatever order its terms stand."""
    return _BY_QUERY.get(frozenset(query.groups))
