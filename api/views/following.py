"""Words on a ticket, who follows it, when it comes back, calls, and what the partner is told before the answer."""

from typing import Any

from api.serializers import asked
from api.views.acts import ActView, MessageActView, act
from tickets.actions import following, phoning, promising, snoozing, tagging
from tickets.models import Message, Ticket
from tickets.permissions import Act


@act("tags", "Set the tags", asked.TagsAsked)
class Tags(ActView):
    """Put these tags on the ticket and take all others off."""

    def do(self, ticket: Ticket, **values: Any) -> object:
        return tagging.set_tags(ticket_id=ticket.pk, names=values["tags"], **self.known)


@act("follow", "Follow", asked.FollowerAsked)
class Follow(ActView):
    """Tell a colleague when the partner writes, besides the assignee."""

    act = Act.VIEW

    def do(self, ticket: Ticket, **values: Any) -> object:
        return following.follow(ticket_id=ticket.pk, user=values["user"] or self.owner, **self.known)


@act("unfollow", "Follow no more", asked.FollowerAsked)
class Unfollow(ActView):
    """Tell a colleague no more."""

    act = Act.VIEW

    def do(self, ticket: Ticket, **values: Any) -> object:
        return following.unfollow(ticket_id=ticket.pk, user=values["user"] or self.owner, **self.known)


@act("snooze", "Put off", asked.SnoozeAsked)
class Snooze(ActView):
    """Take the ticket off what is to do until a moment, or until the partner writes. The partner waits on."""

    def do(self, ticket: Ticket, **values: Any) -> object:
        return snoozing.snooze(ticket_id=ticket.pk, until=values["until"], **self.known)


@act("unsnooze", "Bring back")
class Unsnooze(ActView):
    """Bring a ticket back that was put off."""

    def do(self, ticket: Ticket, **values: Any) -> object:
        return snoozing.unsnooze(ticket_id=ticket.pk, **self.known)


@act("call", "Write down a phone call", asked.CallAsked)
class Call(MessageActView):
    """A call about the ticket. What was said is for colleagues only."""

    act = Act.ANSWER

    def do(self, ticket: Ticket, **values: Any) -> Message:
        known = self.known
        return phoning.log_call(
            ticket_id=ticket.pk,
            text=values["text"],
            outcome=values["outcome"],
            at=values["at"] or known["now"],
            **known,
        )


@act("extend", "Tell a later date", asked.ExtendAsked)
class Extend(MessageActView):
    """Tell the partner why the answer takes longer, and its new date. The mail can be undone until it leaves."""

    act = Act.ANSWER

    def do(self, ticket: Ticket, **values: Any) -> Message:
        return promising.extend(ticket_id=ticket.pk, correlation=self.correlation, **values, **self.known)


@act("official", "Name the official in charge", asked.OfficialAsked)
class Official(MessageActView):
    """Tell the partner who deals with the request. The mail can be undone until it leaves."""

    act = Act.ANSWER

    def do(self, ticket: Ticket, **values: Any) -> Message:
        return promising.name_official(ticket_id=ticket.pk, correlation=self.correlation, **values, **self.known)
