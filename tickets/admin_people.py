"""The administration of colleagues: who they are, what they may do, how they sign in."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, AdminUserCreationForm, UserChangeForm
from django.db import transaction
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.forms import CheckboxSelectMultiple, MultipleChoiceField
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tickets.actions.accounts import forget_sign_in, tell_changed
from tickets.actions.record import Actor
from tickets.admin_base import ForAdministrators, administers, user_of
from tickets.models import Queue, User
from tickets.search.operators import LANGUAGES


class NewPersonForm(AdminUserCreationForm):  # type: ignore[type-arg]
    """A new colleague, with a first password."""

    class Meta:
        model = User
        fields = ("email", "name", "role")

    def clean_email(self) -> str:
        """Addresses are kept in lower case: one person signs in once."""
        return str(self.cleaned_data["email"]).lower()


class PersonForm(UserChangeForm):  # type: ignore[type-arg]
    """A colleague."""

    reads = MultipleChoiceField(
        label=_("languages read"),
        required=False,
        choices=list(LANGUAGES.items()),
        widget=CheckboxSelectMultiple,
        help_text=_("With none ticked, it is the language of the desk."),
    )

    class Meta:
        model = User
        fields = "__all__"

    def clean_email(self) -> str:
        """As for a new one."""
        return str(self.cleaned_data["email"]).lower()


class GivenPasswordForm(AdminPasswordChangeForm):  # type: ignore[type-arg]
    """A password that an administrator gives to somebody, who is told."""

    @transaction.atomic
    def save(self, commit: bool = True) -> User:
        person: User = super().save(commit)
        tell_changed(person=person, what="password_given", now=timezone.now())
        return person


class QueueMembership(admin.TabularInline):  # type: ignore[type-arg]
    """The restricted queues that a person sees."""

    model = Queue.members.through
    extra = 0
    verbose_name = _("member of queue")
    verbose_name_plural = _("member of queues")

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return administers(request)

    has_change_permission = has_delete_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return administers(request)


class PersonAdmin(ForAdministrators, UserAdmin):  # type: ignore[type-arg]
    """Colleagues. Who leaves is switched off, not deleted: their work keeps their name."""

    form = PersonForm
    add_form = NewPersonForm
    change_password_form = GivenPasswordForm
    ordering = ("name",)
    list_display = ("name", "email", "role", "unit", "is_active", "second_factor", "last_login")
    list_filter = ("role", "is_active", "queues")
    search_fields = ("name", "email", "unit")
    filter_horizontal = ()
    readonly_fields = ("last_login", "created_at")
    inlines = (QueueMembership,)
    actions = ("act_forget_sign_in",)
    fieldsets = (
        (None, {"fields": ("email", "name", "role", "is_active", "password")}),
        (_("Signature"), {"fields": ("unit", "phone", "language", "time_zone")}),
        (_("Rules give tickets by"), {"fields": ("reads",)}),
        (_("Times"), {"fields": ("last_login", "created_at")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "role", "usable_password", "password1", "password2")}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """With whether a second factor is set up."""
        factors = Authenticator.objects.filter(user=OuterRef("pk")).exclude(type=Authenticator.Type.RECOVERY_CODES)
        people: QuerySet[User] = super().get_queryset(request)
        return people.annotate(has_factor=Exists(factors))

    @admin.display(description=_("second factor"), boolean=True, ordering="has_factor")
    def second_factor(self, person: User) -> bool:
        """Whether the person has set one up."""
        return bool(person.has_factor)  # type: ignore[attr-defined]

    @admin.action(description=_("Forget second factors and EU Login, end all sessions"))
    def act_forget_sign_in(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        """For who lost phone and key, or whose address another person has now."""
        for person in chosen:
            forget_sign_in(actor=Actor.staff(user_of(request)), person=person, now=timezone.now())
        told = ngettext("%(number)s person signs in anew.", "%(number)s people sign in anew.", len(chosen))
        self.message_user(request, told % {"number": len(chosen)}, messages.SUCCESS)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Nobody locks themselves out: a colleague changes one's own role."""
        own = ("role", "is_active") if obj is not None and obj.pk == request.user.pk else ()
        return (*self.readonly_fields, *own)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        # Django's own permissions, which other administration pages ask, follow the role.
        obj.is_superuser = obj.role == User.Role.ADMINISTRATOR
        super().save_model(request, obj, form, change)
