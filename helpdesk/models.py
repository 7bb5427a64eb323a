"""The record of the timetable: when which of its jobs ran last."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class JobRun(models.Model):
    """One row a job. A job that does not run leaves no other trace, so its silence is what is looked at."""

    job = models.CharField(_("job"), max_length=40)
    ran_at = models.DateTimeField(_("last run"))

    class Meta:
        verbose_name = _("run of a job")
        verbose_name_plural = _("runs of jobs")
        constraints = [models.UniqueConstraint(fields=["job"], name="job_run_one_a_job")]

    def __str__(self) -> str:
        return self.job
