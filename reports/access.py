"""Who comes in: signed-in staff. What their reports count, `Reading` asks."""

from django.http import HttpRequest

from tickets.models import User
from web.guard import staff

__all__ = ["StaffRequest", "staff"]


class StaffRequest(HttpRequest):
    """A request of a signed-in person."""

    user: User
