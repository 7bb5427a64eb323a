"""Pages of this room for signed-in staff: their own language, kept in no cache."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.views.decorators.cache import never_cache

from tickets.models import User

View = Callable[..., HttpResponseBase]


class SignedIn(HttpRequest):
    """A request of a signed-in person."""

    user: User


def signed_in(view: View) -> View:
    """The page in the person's language; others are led to the sign-in."""

    @wraps(view)
    @never_cache
    @login_required
    def guarded(request: SignedIn, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with translation.override(request.user.language):
            answer = view(request, *args, **kwargs)
        answer["Content-Language"] = request.user.language
        return answer

    return guarded
