"""Tokens of programs, and the keys by which a request that is sent twice is done once."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tickets.models import Message, User


class Token(models.Model):
    """What a program shows to act as its owner, never for more than the owner may. Only its hash is kept."""

    class Scope(models.TextChoices):
        READ = "read", pgettext_lazy("scope of a token", "Read tickets, messages, files and people")
        CREATE = "create", pgettext_lazy("scope of a token", "Open tickets")
        WRITE = "write", pgettext_lazy("scope of a token", "Act on tickets: answer, note, sort")
        ADMIN = "admin", pgettext_lazy("scope of a token", "Open files in quarantine, where the owner may")

    owner = models.ForeignKey(User, models.PROTECT, verbose_name=_("owner"), related_name="api_tokens")
    name = models.CharField(_("name"), max_length=100)
    token_hash = models.CharField(_("hash"), max_length=64, editable=False)
    ending = models.CharField(_("its last characters"), max_length=4, editable=False)
    scopes = ArrayField(models.CharField(max_length=10, choices=Scope.choices), verbose_name=_("scopes"))
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("expires"))
    last_used_at = models.DateTimeField(
        _("last used"), null=True, blank=True, editable=False, help_text=_("To the hour.")
    )
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["token_hash"], name="token_hash_unique")]

    def __str__(self) -> str:
        return str(self.pk)

    def lives(self, now: datetime) -> bool:
        """Whether it still opens anything, as far as the token itself is asked."""
        return self.revoked_at is None and now < self.expires_at


class KeptRequest(models.Model):
    """A creating request that came with an Idempotency-Key, and the message that it made. Forgotten after a day."""

    token = models.ForeignKey(Token, models.CASCADE, verbose_name=_("API token"))
    key = models.CharField(_("key"), max_length=100)
    fingerprint = models.CharField(_("hash of the request"), max_length=64)
    message = models.ForeignKey(Message, models.CASCADE, verbose_name=_("message"), related_name="+", null=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("kept request")
        verbose_name_plural = _("kept requests")
        indexes = [models.Index(fields=["created_at"], name="kept_request_by_age")]
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="kept_request_unique")]

    def __str__(self) -> str:
        return str(self.pk)
