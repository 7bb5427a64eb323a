"""Lists that people keep under a name."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tickets.models.people import User


class SavedView(models.Model):
    """A list of tickets under a name: what is searched for, in which order, and what each line shows.

    `query` is a text of the search language, so that a view is what somebody could type. A deleted one is kept for a
    while, out of sight, so that it can come back.
    """

    owner = models.ForeignKey(User, models.CASCADE, verbose_name=_("owner"), related_name="saved_views")
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(_("search"), max_length=1000, blank=True)
    order = models.CharField(_("order"), max_length=20, blank=True)
    columns = ArrayField(models.CharField(max_length=20), verbose_name=_("columns"), null=True, blank=True)
    shared = models.BooleanField(_("shared with all colleagues"), default=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"], name="saved_view_name_unique", condition=Q(deleted_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return self.name
