"""Words that staff sort tickets by, and who wants to hear of a ticket."""

from collections.abc import Collection
from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tickets.models.people import User


class TagManager(models.Manager["Tag"]):
    def named(self, names: Collection[str]) -> list[int]:
        """The numbers of these tags, made where they are new. Two people may make the same one at the same moment."""
        self.bulk_create([Tag(name=name) for name in names], ignore_conflicts=True)
        lower = [name.lower() for name in names]
        return list(self.annotate(lower=Lower("name")).filter(lower__in=lower).values_list("pk", flat=True))


class Tag(models.Model):
    """A word that staff put on tickets; the same word in capitals is the same tag."""

    name = models.CharField(_("name"), max_length=50)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects: ClassVar[TagManager] = TagManager()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("name"), name="tag_name_unique")]

    def __str__(self) -> str:
        return self.name


class Follower(models.Model):
    """A colleague who is told what happens on a ticket, though it is somebody else's."""

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="followers", verbose_name=_("ticket"))
    user = models.ForeignKey(User, models.CASCADE, related_name="followed", verbose_name=_("member of staff"))
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("follower")
        verbose_name_plural = _("followers")
        constraints = [models.UniqueConstraint(fields=["ticket", "user"], name="follower_unique")]

    def __str__(self) -> str:
        return str(self.pk)
