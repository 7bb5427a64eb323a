"""Files that wait for their form to be sent."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Upload(models.Model):
    """A file sent ahead of its form. It belongs to whoever holds the stamp of that form, and ends after a day.

    Its bytes lie apart from the files of tickets, under a random name: nothing else can share them, so removing an
    unclaimed one can never take a file away from a ticket.
    """

    submission = models.CharField(_("submission"), max_length=64, help_text=_("Hash of the submission's secret id."))
    name = models.CharField(_("name"), max_length=255)
    declared_type = models.CharField(_("type as declared"), max_length=100, blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("hash"), max_length=64)
    path = models.CharField(_("file"), max_length=100)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        ordering = ["id"]
        indexes = [models.Index(fields=["created_at"], name="upload_by_age")]
        constraints = [
            # A line that was lost after the file had arrived makes the browser send it again: the same row.
            models.UniqueConstraint(fields=["submission", "sha256", "name"], name="upload_once_a_submission")
        ]

    def __str__(self) -> str:
        return str(self.pk)
