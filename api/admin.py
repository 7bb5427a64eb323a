"""All tokens, to look at and to end: who may ask as whom, and until when."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from api import tokens
from api.models import Token
from tickets.admin_base import ReadOnly


@admin.register(Token)
class TokenAdmin(ReadOnly):
    """Tokens are made by their owners, or by `manage.py api_token`."""

    list_display = ("name", "owner", "scopes", "ending", "created_at", "last_used_at", "expires_at", "revoked_at")
    list_select_related = ("owner",)
    search_fields = ("owner__email__exact", "name")
    search_help_text = _("A whole e-mail address, or words of the name")
    fields = ("name", "owner", "scopes", "ending", "created_at", "last_used_at", "expires_at", "revoked_at")
    actions = ("revoke",)

    @admin.action(description=_("Revoke the chosen tokens"))
    def revoke(self, request: HttpRequest, chosen: QuerySet[Token]) -> None:
        """Shut out the programs that use them, at once."""
        ended = sum(tokens.revoke(token_id=token.pk, now=timezone.now()) for token in chosen)
        told = ngettext("%(number)s token is revoked.", "%(number)s tokens are revoked.", ended)
        self.message_user(request, told % {"number": ended}, messages.SUCCESS)
