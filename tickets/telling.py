"""Who is told of a deadline or of danger: who works on the ticket and is there, else who answers for it.

Pure but for `house`. Permission is asked by the caller, who says which of the people may see the ticket.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext_lazy, pgettext_lazy

from tickets.absences import away_on, stand_in
from tickets.models import Queue, Ticket, User

Sees = Callable[[int], bool]


class Reminder(StrEnum):
    """What a person may be reminded of."""

    SOON = "soon"
    TODAY = "today"
    OVERDUE = "overdue"
    ESCALATED = "escalated"
    DANGER = "danger"


WORDS = {
    Reminder.SOON: pgettext_lazy("reminder", "What is due soon"),
    Reminder.TODAY: pgettext_lazy("reminder", "What is due today"),
    Reminder.OVERDUE: pgettext_lazy("reminder", "What is overdue"),
    Reminder.ESCALATED: pgettext_lazy("reminder", "What has been overdue for days, or nears the last date in law"),
    Reminder.DANGER: gettext_lazy("Danger to life, at once"),
}
# What the law or a life demands: each ticket finds somebody, whoever switched it off.
STATUTORY = frozenset({Reminder.OVERDUE, Reminder.ESCALATED, Reminder.DANGER})
FOR_MANAGERS = frozenset({Reminder.ESCALATED})
MANAGERS = (User.Role.MANAGER, User.Role.ADMINISTRATOR)


class Why(StrEnum):
    """Why somebody is told of a ticket that is not theirs; "" of their own."""

    OWN = ""
    STANDS_IN = "stands_in"
    NOBODY_STANDS_IN = "nobody_stands_in"
    UNASSIGNED = "unassigned"
    ANSWERS_FOR = "answers_for"
    NOBODY_ELSE = "nobody_else"


@dataclass(frozen=True, slots=True)
class House:
    """The people of a day: all who work here, who belongs to which queue, who is away with whom instead, and until."""

    people: Mapping[int, User]
    members: Mapping[int, Collection[int]]
    away: Mapping[int, int | None]
    until: Mapping[int, date]

    def there(self, people: Iterable[int]) -> list[int]:
        """Those of them who work here and are not away."""
        return [person for person in people if person in self.people and person not in self.away]

    def managers(self, queue: int) -> list[int]:
        """Who answers for a queue, there or not: its managers, else those of the house, else its administrators."""
        of_queue = [pk for pk in self.members.get(queue, ()) if pk in self.people and self._is(pk, *MANAGERS)]
        return of_queue or self.all_managers()

    def all_managers(self) -> list[int]:
        """The managers of the house; its administrators where it has none."""
        managers = [pk for pk in self.people if self._is(pk, User.Role.MANAGER)]
        return managers or [pk for pk in self.people if self._is(pk, User.Role.ADMINISTRATOR)]

    def wants(self, person: int, reminder: Reminder) -> bool:
        return reminder not in self.people[person].reminders_off

    def _is(self, person: int, *roles: str) -> bool:
        return self.people[person].role in roles


def house(day: date) -> House:
    """The people of a day, Brussels'. Three statements."""
    people = {person.pk: person for person in User.objects.filter(is_active=True).order_by("pk")}
    members: dict[int, list[int]] = {}
    for queue, user in Queue.members.through.objects.order_by("pk").values_list("queue_id", "user_id"):
        members.setdefault(queue, []).append(user)
    absences = list(away_on(day).order_by("pk").values_list("user", "substitute", "last_day"))
    return House(
        people,
        members,
        {user: substitute for user, substitute, _ in absences},
        {user: last_day for user, _, last_day in absences},
    )


def told_of(ticket: Ticket, reminder: Reminder, house: House, sees: Sees) -> dict[int, Why]:
    """The people who are told, each with the reason. Of what is statutory, somebody is, unless nobody may see it.

    Who switched it off is left out while another is told. Who is away is told only when all who could be are away.
    """
    managers = house.managers(ticket.queue_id)
    if reminder in FOR_MANAGERS:
        asked = dict.fromkeys(house.there(managers), Why.ANSWERS_FOR)
    else:
        asked = _holders(ticket, house, managers)
    told = {person: why for person, why in asked.items() if sees(person) and house.wants(person, reminder)}
    if told or reminder not in STATUTORY:
        return told
    for group in (house.there(managers), house.there(house.all_managers()), managers, house.all_managers()):
        last = [person for person in group if sees(person)]
        if last:
            return dict.fromkeys(last, Why.NOBODY_ELSE)
    return {}


def _holders(ticket: Ticket, house: House, managers: list[int]) -> dict[int, Why]:
    """Who has the ticket today: the assignee, who stands in, the people of the queue, or who answers for it."""
    assignee = ticket.assignee_id
    if assignee is not None and assignee in house.people:
        if assignee not in house.away:
            return {assignee: Why.OWN}
        standing_in = house.there(stand_in(assignee, house.away))
        if standing_in:
            return dict.fromkeys(standing_in, Why.STANDS_IN)
        return dict.fromkeys(house.there(managers), Why.NOBODY_STANDS_IN)
    of_queue = house.there(house.members.get(ticket.queue_id, ()))
    return dict.fromkeys(of_queue or house.there(managers), Why.UNASSIGNED)
