"""The record of the timetable: when which of its jobs ran last, and what it did."""

from django.db import models
from django.db.models import Value
from django.utils.translation import gettext_lazy as _


class JobRun(models.Model):
    """One row a job. A job that does not run leaves no other trace, so its silence is what is looked at.

    `history` holds the newest runs that did something or failed: when, milliseconds, how many, kind of error.
    """

    job = models.CharField(_("job"), max_length=40)
    ran_at = models.DateTimeField(_("last run"))
    milliseconds = models.PositiveIntegerField(_("milliseconds it took"), default=0, db_default=0)
    done = models.IntegerField(_("what it did"), null=True, blank=True, help_text=_("Empty where it counts nothing."))
    error = models.CharField(
        _("last error"),
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text=_("Its kind, never its words."),
    )
    error_at = models.DateTimeField(_("last error at"), null=True, blank=True)
    history = models.JSONField(
        _("runs that did something"), default=list, db_default=Value([], models.JSONField()), blank=True
    )

    class Meta:
        verbose_name = _("run of a job")
        verbose_name_plural = _("runs of jobs")
        constraints = [models.UniqueConstraint(fields=["job"], name="job_run_one_a_job")]

    def __str__(self) -> str:
        return self.job
