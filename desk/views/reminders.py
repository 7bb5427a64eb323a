"""Of what somebody wants to be reminded."""

from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from desk import notices
from desk.access import StaffRequest, actor, staff
from tickets.actions import reminding
from tickets.models import User
from tickets.telling import FOR_MANAGERS, MANAGERS, STATUTORY, WORDS, Reminder


class RemindersForm(forms.Form):
    """What somebody gets. Those for managers are offered to managers."""

    wanted = forms.MultipleChoiceField(
        label=gettext_lazy("Remind me of"),
        required=False,
        help_text=gettext_lazy("By one mail on the morning of a working day; of danger to life at once."),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: QueryDict | None, *, person: User) -> None:
        offered = [each for each in Reminder if each not in FOR_MANAGERS or person.role in MANAGERS]
        super().__init__(data, initial={"wanted": [each for each in offered if each not in person.reminders_off]})
        self.fields["wanted"].choices = [(each.value, _words(each)) for each in offered]  # type: ignore[attr-defined]
        self.offered = offered

    @property
    def off(self) -> list[str]:
        """What is not wanted of what was offered."""
        return [each.value for each in self.offered if each.value not in self.cleaned_data["wanted"]]


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def choose(request: StaffRequest) -> HttpResponse:
    """What I want to be reminded of."""
    form = RemindersForm(request.POST if request.method == "POST" else None, person=request.user)
    if form.is_valid():
        reminding.choose(actor=actor(request), person=request.user, off=form.off)
        notices.done(request, _("Your reminders are saved."))
        return redirect("desk:reminders")
    context = {"form": form, "current": "profile"}
    return render(request, "desk/reminders.html", context, status=422 if form.errors else 200)


def _words(reminder: Reminder) -> str:
    words = str(WORDS[reminder])
    return _("%(words)s (must not be missed)") % {"words": words} if reminder in STATUTORY else words
