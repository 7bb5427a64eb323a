"""Who comes in: signed-in staff, and what their reports count."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.cache import never_cache

from tickets.models import User


class StaffRequest(HttpRequest):
    """A request of a signed-in person."""

    user: User


View = Callable[..., HttpResponseBase]


def staff(view: View) -> View:
    """A page for signed-in staff, kept in no cache of a browser or proxy. What it counts, `Reading` asks."""

    @wraps(view)
    @never_cache
    @login_required
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    return guarded
