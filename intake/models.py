"""The raw mail: what came over the wire, and what became of it."""

from datetime import datetime

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tickets.models import Message, User


class RawMailQuerySet(models.QuerySet["RawMail"]):
    def due(self, now: datetime) -> "RawMailQuerySet":
        """What waits to be processed and is in nobody's hands, the oldest first."""
        free = Q(lease_until=None) | Q(lease_until__lte=now)
        return self.filter(free, state=RawMail.State.RECEIVED).order_by("id")

    def backscatter(self, since: datetime) -> "RawMailQuerySet":
        """Bounces of mail that was not ours, recognised since then, the newest first."""
        return self.filter(reason="backscatter", processed_at__gt=since).order_by("-processed_at")


class RawMail(models.Model):
    """A mail as received. Its bytes are in the storage under their hash; this row says whence and what came of it."""

    class Source(models.TextChoices):
        SMTP = "smtp", "SMTP"
        LMTP = "lmtp", "LMTP"
        IMAP = "imap", "IMAP"
        IMAP_SENT = "imap-sent", pgettext_lazy("source of a mail", "folder of sent mail")
        WEBHOOK = "webhook", pgettext_lazy("source of a mail", "mail provider")
        IMPORT = "import", pgettext_lazy("source of a mail", "import")

    class State(models.TextChoices):
        RECEIVED = "received", pgettext_lazy("state of a mail", "received")
        PROCESSED = "processed", pgettext_lazy("state of a mail", "processed")
        IGNORED = "ignored", pgettext_lazy("state of a mail", "ignored")
        FAILED = "failed", pgettext_lazy("state of a mail", "failed")

    source = models.CharField(_("source"), max_length=10, choices=Source.choices)
    key = models.CharField(
        _("key"), max_length=64, help_text=_("Hash of source, envelope and bytes: the same delivery is stored once.")
    )
    path = models.CharField(_("raw file"), max_length=200, blank=True)
    sha256 = models.CharField(_("hash of the raw file"), max_length=64)
    request_path = models.CharField(
        _("posted body"),
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text=_("What a mail provider posted, where the raw file was made from it."),
    )
    request_type = models.CharField(_("type of the posted body"), max_length=200, blank=True, default="", db_default="")
    size = models.PositiveBigIntegerField(_("size in bytes"))
    envelope_from = models.CharField(
        _("envelope sender"), max_length=320, null=True, blank=True, help_text=_("Empty: sent as <>. None: not known.")
    )
    envelope_to = models.JSONField(_("envelope recipients"), default=list, blank=True)
    received_at = models.DateTimeField(_("received"), help_text=_("When the house could know."))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.RECEIVED)
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    reason_detail = models.CharField(_("details"), max_length=300, blank=True, help_text=_("No personal text."))
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    deaths = models.PositiveIntegerField(
        _("deaths"), default=0, help_text=_("Attempts at which whatever looked into the mail died or broke.")
    )
    interruptions = models.PositiveIntegerField(
        _("attempts without an end"),
        default=0,
        db_default=0,
        help_text=_("Wherever they stopped; the one in hand counts until it ends."),
    )
    lease_until = models.DateTimeField(
        _("in hand until"), null=True, blank=True, help_text=_("Nobody else takes the mail up before then.")
    )
    message = models.ForeignKey(
        Message, models.SET_NULL, verbose_name=_("message"), related_name="+", null=True, blank=True
    )
    sent_to = models.JSONField(
        _("hashes of the recipients"),
        null=True,
        blank=True,
        help_text=_("Of mail that staff sent by another program and that became no message: to find it for erasing."),
    )
    acknowledge = models.BooleanField(_("to be acknowledged"), default=True)
    imported_by = models.ForeignKey(
        User, models.SET_NULL, verbose_name=_("imported by"), related_name="+", null=True, blank=True
    )
    correlation = models.CharField(_("correlation"), max_length=64, blank=True)
    processed_at = models.DateTimeField(_("processed"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    known = False  # no column: `store.keep` says so of a row that was there before

    objects = RawMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("raw mail")
        verbose_name_plural = _("raw mails")
        indexes = [
            models.Index(fields=["id"], name="rawmail_due", condition=Q(state="received")),
            models.Index(fields=["received_at", "id"], name="rawmail_to_import", condition=Q(state="received")),
            models.Index(fields=["state", "-id"], name="rawmail_by_state"),
            models.Index(fields=["sha256"], name="rawmail_by_hash"),
            GinIndex(
                fields=["sent_to"],
                name="rawmail_sent_to",
                opclasses=["jsonb_path_ops"],
                condition=Q(sent_to__isnull=False),
            ),
            models.Index(fields=["-processed_at"], name="rawmail_backscatter", condition=Q(reason="backscatter")),
            models.Index(fields=["request_path"], name="rawmail_by_request", condition=~Q(request_path="")),
        ]
        constraints = [models.UniqueConstraint(fields=["key"], name="rawmail_key_unique")]

    def __str__(self) -> str:
        return str(self.pk)


class Mailbox(models.Model):
    """One folder of a mailbox that we read by IMAP, and how far."""

    name = models.CharField(_("mailbox"), max_length=320, help_text=_("User and server, as configured."))
    folder = models.CharField(_("folder"), max_length=320)
    uid_validity = models.PositiveBigIntegerField(
        "UIDVALIDITY", default=0, help_text=_("When it changes, the numbers of the mails mean nothing any more.")
    )
    last_uid = models.PositiveBigIntegerField(
        _("read up to number"), default=0, help_text=_("Every mail up to this UID has its entry in the ledger.")
    )
    checked_at = models.DateTimeField(_("last read to its end"), null=True, blank=True)
    mail_at = models.DateTimeField(_("last new mail"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=40, blank=True)
    created_at = models.DateTimeField(_("first read"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("mailbox")
        verbose_name_plural = _("mailboxes")
        constraints = [models.UniqueConstraint(fields=["name", "folder"], name="mailbox_unique")]

    def __str__(self) -> str:
        return str(self.pk)


class LedgerEntry(models.Model):
    """That we have the mail of this UID; committed together with the stored mail, so neither is without the other.

    `raw` is empty for mail that is none of our business: what was sent before the house began to read the folder.
    """

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, verbose_name=_("mailbox"), related_name="entries")
    uid_validity = models.PositiveBigIntegerField("UIDVALIDITY")
    uid = models.PositiveBigIntegerField("UID")
    raw = models.ForeignKey(
        RawMail, models.PROTECT, verbose_name=_("raw mail"), related_name="entries", null=True, blank=True
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "uid_validity", "uid"], name="ledger_entry_unique"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
