"""Who works here and who writes to us."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Func
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tickets.models.places import Hromada, Region


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, **{"role": User.Role.ADMINISTRATOR, "is_superuser": True, **fields})

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A member of the secretariat; signs in with the e-mail address."""

    class Role(models.TextChoices):
        AGENT = "agent", _("Agent")
        MANAGER = "manager", _("Manager")
        ADMINISTRATOR = "administrator", _("Administrator")

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.AGENT)
    unit = models.CharField(_("unit"), max_length=150, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    signatures = models.JSONField(
        _("signatures"),
        default=dict,
        db_default=models.Value({}, models.JSONField()),
        blank=True,
        editable=False,
        help_text=_("Own ones, by language; where there is none, it is made of name, unit and phone."),
    )
    language = models.CharField(_("language"), max_length=2, default="en")
    time_zone = models.CharField(_("time zone"), max_length=50, default="Europe/Brussels")
    reads = ArrayField(
        models.CharField(max_length=2),
        verbose_name=_("languages read"),
        default=list,
        db_default=[],
        blank=True,
        help_text=_("ISO 639-1 codes; empty for the language of the desk."),
    )
    routed_at = models.DateTimeField(_("last given a ticket by a rule"), null=True, blank=True, editable=False)
    list_columns = ArrayField(
        models.CharField(max_length=20),
        verbose_name=_("columns of lists"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("What each line of a list shows; empty for the usual."),
    )
    reminders_off = ArrayField(
        models.CharField(max_length=10),
        verbose_name=_("reminders not wanted"),
        default=list,
        db_default=[],
        blank=True,
        editable=False,
    )
    digested_on = models.DateField(_("last morning summary"), null=True, blank=True, editable=False)
    report_weekly = models.BooleanField(_("report of each week by mail"), default=True, db_default=True, editable=False)
    report_monthly = models.BooleanField(
        _("report of each month by mail"), default=True, db_default=True, editable=False
    )
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_lower_case")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_staff(self) -> bool:
        """May enter the administration pages; what each shows, `tickets.permissions.may_administer` says."""
        return self.role in (self.Role.MANAGER, self.Role.ADMINISTRATOR)

    def get_full_name(self) -> str:
        return self.name


class Organisation(models.Model):
    """A body that asks or offers. Its kind says what it is; who runs it (a military administration) is apart."""

    class Kind(models.TextChoices):
        HROMADA = "hromada", pgettext_lazy("kind of organisation", "Hromada (municipality in Ukraine)")
        RAION = "raion", pgettext_lazy("kind of organisation", "Raion (district in Ukraine)")
        OBLAST = "oblast", pgettext_lazy("kind of organisation", "Oblast (region in Ukraine)")
        ASSOCIATION = "association", pgettext_lazy("kind of organisation", "Association of local authorities")
        NGO = "ngo", pgettext_lazy("kind of organisation", "Non-governmental organisation")
        INSTITUTION = (
            "institution",
            pgettext_lazy("kind of organisation", "Hospital, school or other public institution"),
        )
        EU_AUTHORITY = "eu_authority", pgettext_lazy("kind of organisation", "City or region in the European Union")
        COR_MEMBER = "cor_member", pgettext_lazy("kind of organisation", "Member or delegation of the Committee")
        EU_INSTITUTION = "eu_institution", pgettext_lazy("kind of organisation", "EU institution or body")
        GOVERNMENT = "government", pgettext_lazy("kind of organisation", "Ministry, embassy or mission")
        BUSINESS = "business", pgettext_lazy("kind of organisation", "Business")
        MEDIA = "media", pgettext_lazy("kind of organisation", "Media")
        CITIZEN = "citizen", pgettext_lazy("kind of organisation", "Private person")
        OTHER = "other", pgettext_lazy("kind of organisation", "Other")

    name = models.CharField(_("name"), max_length=300)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.OTHER)
    military_administration = models.BooleanField(_("run by a military administration"), default=False)
    country = models.CharField(_("country"), max_length=2, blank=True, help_text=_("ISO 3166-1 code"))
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("region"), null=True, blank=True)
    hromada = models.ForeignKey(Hromada, models.PROTECT, verbose_name=_("hromada"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        indexes = [models.Index(Lower("name"), name="organisation_name")]

    def __str__(self) -> str:
        return self.name


class Requester(models.Model):
    """A person or mailbox that wrote to us; may use several addresses."""

    name = models.CharField(_("name"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=2, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.SET_NULL, verbose_name=_("organisation"), null=True, blank=True
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("requester")
        verbose_name_plural = _("requesters")

    def __str__(self) -> str:
        return self.name or str(self.pk)


class Domain(Func):
    """The part of an address behind its @."""

    template = "split_part(%(expressions)s, '@', 2)"
    output_field = models.CharField()


class RequesterAddress(models.Model):
    """One e-mail address of a requester, stored in lower case. The oldest is the main one."""

    requester = models.ForeignKey(Requester, models.CASCADE, related_name="addresses", verbose_name=_("requester"))
    address = models.CharField(_("address"), max_length=320)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        ordering = ["id"]
        indexes = [models.Index(Domain("address"), "id", name="requester_address_domain")]
        constraints = [models.UniqueConstraint(fields=["address"], name="requester_address_unique")]

    def __str__(self) -> str:
        return str(self.pk)


class ErasedAddress(models.Model):
    """The hash of an address whose person was erased, for a day: what names it beyond the tickets is found by it."""

    key = models.CharField(_("hash of the address"), max_length=64, unique=True)
    erased_at = models.DateTimeField(_("erased"), default=timezone.now)

    class Meta:
        verbose_name = _("erased address")
        verbose_name_plural = _("erased addresses")

    def __str__(self) -> str:
        return str(self.pk)
