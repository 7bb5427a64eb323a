"""Acts that help to understand and to trust what is read."""

from typing import Any

from api.serializers import asked
from api.views.acts import ActView, act
from tickets.actions import verifying
from tickets.models import Ticket


@act("verify_call", "Call the sender back", asked.CallBackAsked)
class VerifyCall(ActView):
    """Write down that a colleague called the sender, by a number that the mail did not give, and they did write it."""

    def do(self, ticket: Ticket, **values: Any) -> object:
        return verifying.verify_by_call(ticket_id=ticket.pk, **values, **self.known)


@act("withdraw_call", "Withdraw the call back")
class WithdrawCall(ActView):
    """Say that the call back does not hold."""

    def do(self, ticket: Ticket, **values: Any) -> object:
        return verifying.withdraw_call(ticket_id=ticket.pk, **self.known)
