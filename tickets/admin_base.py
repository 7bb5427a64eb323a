"""Who may look at and change what in the administration, and what its lists need beside that."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest

from tickets.models import User
from tickets.permissions import may_administer


class ForAdministrators(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs alone
    """The role alone decides; what acts, history or other rows need is never deleted here."""

    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether this appears on the first page."""
        return administers(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return administers(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return administers(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return administers(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ForManagers(ForAdministrators):
    """What is work rather than access: managers change it too."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_administer(request.user, managers=True)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return may_administer(request.user, managers=True)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_administer(request.user, managers=True)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return may_administer(request.user, managers=True)


class ReadOnly(ForAdministrators):
    """To look at."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class NamedRow(ModelForm):  # type: ignore[type-arg]
    """A row of an editable list: each field says what it is of, since the table's head does not do so for all."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for bound in self:
            bound.field.widget.attrs["aria-label"] = f"{bound.label}: {self.instance.name}"


def administers(request: HttpRequest) -> bool:
    """Whether this person may change all that the house is set up with."""
    return may_administer(request.user)


def user_of(request: HttpRequest) -> User:
    """Who is signed in: the site lets nobody else in."""
    return request.user  # type: ignore[return-value]
