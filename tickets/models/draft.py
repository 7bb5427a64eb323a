"""Answers that are being written: no part of the ticket's history yet."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tickets.models.people import User
from tickets.models.ticket import Ticket


class Draft(models.Model):
    """The answer that one person writes on one ticket. Who sees the ticket reads it, and may take it over.

    `version` grows with each saving and `page` names the page that saved last, so that nobody writes over what was
    saved from elsewhere without knowing.
    """

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="drafts", verbose_name=_("ticket"))
    author = models.ForeignKey(User, models.CASCADE, related_name="drafts", verbose_name=_("author"))
    text = models.TextField(_("text"), blank=True)
    fields = models.JSONField(
        _("other fields"), default=dict, blank=True, help_text=_("Of the form, as they were typed: not checked yet.")
    )
    last_seen = models.PositiveBigIntegerField(
        _("newest message that was seen"), null=True, blank=True, help_text=_("Its number, when this was written.")
    )
    version = models.PositiveIntegerField(_("version"), default=1)
    page = models.CharField(_("page that saved it"), max_length=64, blank=True)
    taken_from = models.ForeignKey(
        User, models.SET_NULL, related_name="+", verbose_name=_("taken over from"), null=True, blank=True
    )
    created_at = models.DateTimeField(_("begun"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("saved"), default=timezone.now)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [models.UniqueConstraint(fields=["ticket", "author"], name="draft_one_each")]

    def __str__(self) -> str:
        return str(self.pk)


class DraftFile(models.Model):
    """A file that goes with a draft. It is in the storage already."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="files", verbose_name=_("draft"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    name = models.CharField(_("name"), max_length=255)
    content_type = models.CharField(_("type by content"), max_length=100)
    declared_type = models.CharField(_("type as declared"), max_length=100, blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("hash"), max_length=64)
    path = models.CharField(_("file"), max_length=200, db_index=True)
    quarantine = models.CharField(_("quarantined because"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("file of a draft")
        verbose_name_plural = _("files of drafts")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return str(self.pk)
