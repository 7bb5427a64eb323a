"""What was said on a ticket, and the files that came with it."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from notifications.models import OutgoingMail
from tickets.models.contact import Contact
from tickets.models.people import Requester, User
from tickets.models.ticket import Ticket


class Message(models.Model):
    """One message of a ticket: from a partner, to a partner, a note of ours, or automatic mail of either side."""

    class Kind(models.TextChoices):
        INBOUND = "inbound", pgettext_lazy("kind of message", "from the partner")
        OUTBOUND = "outbound", pgettext_lazy("kind of message", "to the partner")
        NOTE = "note", pgettext_lazy("kind of message", "internal note")
        AUTOMATIC = "automatic", pgettext_lazy("kind of message", "automatic")

    class Nature(models.TextChoices):
        ANSWER = "answer", pgettext_lazy("nature of a message", "answer")
        HOLDING = "holding", pgettext_lazy("nature of a message", "holding reply")
        CLARIFICATION = "clarification", pgettext_lazy("nature of a message", "question to the partner")
        TRANSFER = "transfer", pgettext_lazy("nature of a message", "transfer")

    class Delivery(models.TextChoices):
        NONE = "", ""
        QUEUED = "queued", pgettext_lazy("delivery", "waiting to be sent")
        SENT = "sent", pgettext_lazy("delivery", "sent")
        FAILED = "failed", pgettext_lazy("delivery", "could not be sent")
        BOUNCED = "bounced", pgettext_lazy("delivery", "came back")
        CANCELLED = "cancelled", pgettext_lazy("delivery", "undone")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="messages", verbose_name=_("ticket"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    nature = models.CharField(_("nature"), max_length=14, choices=Nature.choices, blank=True)
    channel = models.CharField(_("channel"), max_length=10, choices=Ticket.Channel.choices)
    author = models.ForeignKey(User, models.PROTECT, verbose_name=_("author"), null=True, blank=True)
    requester = models.ForeignKey(Requester, models.PROTECT, verbose_name=_("requester"), null=True, blank=True)
    sender_name = models.CharField(_("sender's name"), max_length=300, blank=True)
    sender_address = models.CharField(_("sender's address"), max_length=320, blank=True)
    reply_to = models.CharField(_("wants answers at"), max_length=320, blank=True)
    to = models.JSONField(_("to"), default=list, blank=True, help_text=_("List of name and address."))
    cc = models.JSONField(_("copy to"), default=list, blank=True)
    subject = models.CharField(_("subject"), max_length=1000, blank=True)
    text = models.TextField(_("text"), blank=True)
    quote_start = models.PositiveIntegerField(
        _("start of the quoted part"), null=True, blank=True, help_text=_("Offset in the text; folded, never cut.")
    )
    html = models.TextField(_("HTML as received"), blank=True)
    language = models.CharField(_("language"), max_length=2, blank=True)
    message_id = models.CharField("Message-ID", max_length=1000, blank=True)
    message_id_hash = models.CharField(_("hash of the Message-ID"), max_length=64, blank=True)
    key = models.CharField(
        _("key"),
        max_length=64,
        null=True,
        blank=True,
        help_text=_("Hash of what makes this message one, by whichever door it came."),
    )
    automatic = models.CharField(_("automatic because"), max_length=40, blank=True)
    marked = models.CharField(_("marked because"), max_length=40, blank=True)  # codes, with spaces between them
    trust = models.JSONField(_("what is known of the sender"), default=dict, blank=True)
    # What a mail brings besides its words; tickets/claims.py writes and reads it, in bounds.
    verdicts = models.JSONField(
        _("what our mail server says of the origin"), default=list, db_default=Value([], models.JSONField()), blank=True
    )
    invitations = models.JSONField(
        _("invitations to meetings"), default=list, db_default=Value([], models.JSONField()), blank=True
    )
    raw_path = models.CharField(_("raw file"), max_length=200, blank=True)
    raw_sha256 = models.CharField(_("hash of the raw file"), max_length=64, blank=True)
    outgoing = models.OneToOneField(
        OutgoingMail, models.SET_NULL, verbose_name=_("outgoing mail"), related_name="+", null=True, blank=True
    )
    delivery = models.CharField(_("delivery"), max_length=10, choices=Delivery.choices, blank=True)
    reason_before = models.CharField(
        _("reason that the ticket had before"),
        max_length=500,
        blank=True,
        default="",
        db_default="",
        help_text=_("Why the ticket had ended when this reply was written; an undo brings it back."),
    )
    promises = models.DateField(
        _("date it tells"),
        null=True,
        blank=True,
        help_text=_("The last day, in Brussels, for the answer that it promises."),
    )
    contact = models.ForeignKey(
        Contact, models.PROTECT, verbose_name=_("passed on to"), related_name="+", null=True, blank=True, db_index=False
    )
    told = models.TextField(
        _("told for certain"),
        blank=True,
        default="",
        db_default="",
        help_text=_("The end of the text that was added to what its author wrote."),
    )
    received_at = models.DateTimeField(
        _("received or written"), help_text=_("When the house could know; for our own, when it was written.")
    )
    sent_at = models.DateTimeField(_("handed over"), null=True, blank=True)
    written_at = models.DateTimeField(
        _("date it bears"), null=True, blank=True, help_text=_("The sender's own date; shown, never counted.")
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(fields=["ticket", "received_at", "id"], name="message_of_ticket"),
            models.Index(fields=["message_id_hash"], name="message_by_message_id", condition=~Q(message_id_hash="")),
            models.Index(fields=["requester"], name="message_by_requester", condition=Q(requester__isnull=False)),
            # Finds whom a message names as recipient, when a person is to be erased.
            GinIndex(fields=["to", "cc"], name="message_recipients", opclasses=["jsonb_path_ops", "jsonb_path_ops"]),
            models.Index(
                fields=["received_at"], name="message_not_arrived", condition=Q(delivery__in=("failed", "bounced"))
            ),
            # What was sent and ends no wait, counted by the day.
            models.Index(
                fields=["sent_at"],
                name="message_before_answer",
                condition=Q(delivery="sent", nature__in=("holding", "clarification")),
            ),
            models.Index(fields=["raw_sha256"], name="message_by_raw", condition=~Q(raw_sha256="")),
        ]
        constraints = [models.UniqueConstraint(fields=["key"], name="message_key_unique")]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def sent_elsewhere(self) -> bool:
        """Whether it is an answer that staff sent from another program, where nobody can say what a mail is."""
        sent = self.kind == self.Kind.OUTBOUND and self.delivery == self.Delivery.SENT and self.outgoing_id is None
        return sent and self.nature == self.Nature.ANSWER and self.channel == Ticket.Channel.EMAIL

    @property
    def new_text(self) -> str:
        """What the writer added: the text before the quoted history and signature."""
        return self.text if self.quote_start is None else self.text[: self.quote_start]

    @property
    def written_text(self) -> str:
        """What the author of a reply of ours typed, without the sentences that were added for certain."""
        return self.text.removesuffix(self.told).rstrip() if self.told else self.text

    @property
    def quoted_text(self) -> str:
        """The quoted history and signature behind the new words, to be folded."""
        return "" if self.quote_start is None else self.text[self.quote_start :]


class DiscardedFile(models.Model):
    """A file that lost a row which named it. It leaves the disk later, when no row names it any more."""

    path = models.CharField(_("file"), max_length=200, unique=True)
    discarded_at = models.DateTimeField(_("discarded"), default=timezone.now)

    class Meta:
        verbose_name = _("discarded file")
        verbose_name_plural = _("discarded files")
        indexes = [models.Index(fields=["discarded_at"], name="discarded_file_by_age")]

    def __str__(self) -> str:
        return self.path


class Attachment(models.Model):
    """A file of a message. Its bytes are in the storage under their hash; several rows may share them."""

    class Scan(models.TextChoices):
        NONE = "", pgettext_lazy("virus scan", "not scanned")
        CLEAN = "clean", pgettext_lazy("virus scan", "nothing found")
        FOUND = "found", pgettext_lazy("virus scan", "something found")
        UNKNOWN = "unknown", pgettext_lazy("virus scan", "not known")

    message = models.ForeignKey(Message, models.CASCADE, related_name="attachments", verbose_name=_("message"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    name = models.CharField(_("name"), max_length=255)
    content_type = models.CharField(_("type by content"), max_length=100)
    declared_type = models.CharField(_("type as declared"), max_length=100, blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("hash"), max_length=64)
    path = models.CharField(_("file"), max_length=200)
    content_id = models.CharField("Content-ID", max_length=255, blank=True)
    inline = models.BooleanField(_("shown inside the text"), default=False)
    quarantine = models.CharField(_("quarantined because"), max_length=40, blank=True)
    container = models.PositiveSmallIntegerField(
        _("lies in"), null=True, blank=True, help_text=_("Position of the file, of the same message, that it was in.")
    )
    signers = models.JSONField(
        _("claims to be signed by"), default=list, db_default=Value([], models.JSONField()), blank=True
    )
    # The database knows the defaults too: code of the version before writes rows while the new one starts.
    scan = models.CharField(_("virus scan"), max_length=8, choices=Scan.choices, blank=True, default="", db_default="")
    scan_detail = models.CharField(
        _("signature found, or why nothing is known"), max_length=100, blank=True, default="", db_default=""
    )
    scan_database = models.CharField(
        _("version of the signatures"), max_length=40, blank=True, default="", db_default=""
    )
    scanned_at = models.DateTimeField(_("scanned"), null=True, blank=True)
    scan_due = models.DateTimeField(
        _("scan due"), null=True, blank=True, default=timezone.now, db_default=Now(),
        help_text=_("Empty when nothing is left to do."),
    )  # fmt: skip
    scan_attempts = models.PositiveSmallIntegerField(_("attempts to scan"), default=0, db_default=0)
    created_at = models.DateTimeField(_("created"), default=timezone.now, db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["position", "id"]
        indexes = [
            models.Index(fields=["sha256"], name="attachment_by_hash"),
            models.Index(fields=["-created_at"], name="attachment_found_clean", condition=Q(scan="clean")),
            models.Index(fields=["-scan_due"], name="attachment_scan_due", condition=Q(scan_due__isnull=False)),
        ]
        constraints = [models.UniqueConstraint(fields=["message", "position"], name="attachment_position_unique")]

    def __str__(self) -> str:
        return str(self.pk)
