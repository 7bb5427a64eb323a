"""The shape of what staff type on the page of their tokens."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from api.models import Token

LIVES = (30, 90, 180, 365)  # days


class TokenForm(forms.Form):
    """A new token: what it is for, what it may do and how long."""

    name = forms.CharField(
        label=_("What is it for?"),
        max_length=100,
        help_text=_("The program that will use it, so that you know it again."),
        error_messages={"required": _("Enter what the token is for.")},
    )
    scopes = forms.MultipleChoiceField(
        label=_("What may it do?"),
        choices=Token.Scope.choices,
        initial=[Token.Scope.READ],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("As little as the program needs. It can never do more than you."),
        error_messages={"required": _("Choose at least one.")},
    )
    days = forms.TypedChoiceField(
        label=_("How long?"),
        coerce=int,
        choices=[(days, ngettext_lazy("%(number)s day", "%(number)s days", days) % {"number": days}) for days in LIVES],
        initial=90,
        widget=forms.Select(attrs={"class": "w-half"}),
    )

    @property
    def life(self) -> timedelta:
        """How long the token will live."""
        return timedelta(days=self.cleaned_data["days"])
