"""How many tickets a list or a search holds, as far as it is worth to know."""

import json

from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet

from tickets.models import Ticket


def at_most(most: int, tickets: QuerySet[Ticket], *, seconds: float) -> int | None:
    """Their number, up to `most`; None where counting takes longer than this: it is worth less than what it costs."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {int(seconds * 1000)}")
            return tickets.order_by()[:most].count()
    except OperationalError:
        return None


def planned_cost(most: int, tickets: QuerySet[Ticket]) -> float:
    """What counting them up to `most` costs as the planner reckons, in its units: reading one page in turn is 1."""
    (plan,) = json.loads(tickets.order_by().values("pk")[:most].explain(format="json"))
    return float(plan["Plan"]["Total Cost"])
