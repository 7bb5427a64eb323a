"""The page of a person's own tokens: make one, see it once, revoke it."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from api import tokens as acts
from api.forms import TokenForm
from api.models import Token
from api.signed_in import SignedIn, signed_in

SHOWN = 100  # the newest of a person's tokens, ended ones included


@require_http_methods(["GET", "POST"])
@signed_in
@sensitive_variables("secret")
def tokens(request: SignedIn) -> HttpResponseBase:
    """The list, and the form of a new one. The answer to the form shows the secret, this once."""
    form = TokenForm(request.POST if request.method == "POST" else None)
    if request.method == "GET" or not form.is_valid():
        return _page(request, form, status=422 if form.errors else 200)
    now, values = timezone.now(), form.cleaned_data
    try:
        token, secret = acts.make(
            owner=request.user, name=values["name"], scopes=values["scopes"], expires_at=now + form.life, now=now
        )
    except acts.TokenRefused:
        most = acts.MOST_LIVING
        told = ngettext(
            "You have %(number)s living token, which is the most. Revoke it first.",
            "You have %(number)s living tokens, which is the most. Revoke one that nobody uses.",
            most,
        )
        form.add_error(None, told % {"number": most})
        return _page(request, form, status=409)
    return _page(request, TokenForm(), made=token, secret=secret)


@require_POST
@signed_in
def revoke(request: SignedIn, token_id: int) -> HttpResponseBase:
    """End one of one's own tokens. It cannot be undone."""
    if not acts.revoke(token_id=token_id, owner=request.user, now=timezone.now()):
        raise Http404
    messages.success(request, _("The token is revoked. Programs that used it are shut out from now on."))
    return redirect("tokens:list")


def _page(
    request: SignedIn, form: TokenForm, *, made: Token | None = None, secret: str = "", status: int = 200
) -> HttpResponse:
    now = timezone.now()
    own = list(Token.objects.filter(owner=request.user)[:SHOWN])
    context = {
        "current": "tokens",
        "form": form,
        "made": made,
        "secret": secret,
        "living": [token for token in own if token.lives(now)],
        "ended": [token for token in own if not token.lives(now)],
    }
    return render(request, "api/tokens.html", context, status=status)
