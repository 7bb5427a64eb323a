"""When colleagues are away: one's own days, and for managers everybody's."""

from collections.abc import Callable
from datetime import date

from django import forms
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from desk import deadline, notices
from desk.access import StaffRequest, actor, staff
from desk.choices import Choices, choices_of_lists
from desk.forms import ProfileForm
from tickets.actions import absences
from tickets.actions.record import Actor
from tickets.errors import IllegalMove
from tickets.models import Absence, User
from tickets.permissions import may_administer, may_plan_for

SHOWN = 200
_NO_DAY = {
    "required": gettext_lazy("Enter a day, such as 2026-12-14."),
    "invalid": gettext_lazy("Enter the date as year-month-day, such as 2026-12-14."),
}


class AbsenceForm(forms.Form):
    """The days on which somebody is away. Who, only managers say; for others it is themselves."""

    person = forms.ChoiceField(label=gettext_lazy("Who"), widget=forms.Select(attrs={"class": "w-auto"}))
    first_day = forms.DateField(
        label=gettext_lazy("First day"),
        widget=forms.DateInput(attrs={"type": "date", "class": "w-auto"}, format="%Y-%m-%d"),
        error_messages=_NO_DAY,
    )
    last_day = forms.DateField(
        label=gettext_lazy("Last day"),
        widget=forms.DateInput(attrs={"type": "date", "class": "w-auto"}, format="%Y-%m-%d"),
        error_messages=_NO_DAY,
    )
    substitute = forms.ChoiceField(
        label=gettext_lazy("Substitute"),
        required=False,
        help_text=gettext_lazy("Is told what partners write meanwhile, on tickets that they may see anyway."),
        widget=forms.Select(attrs={"class": "w-auto"}),
    )

    def __init__(self, data: QueryDict | None, *, user: User, known: Choices, everybody: bool) -> None:
        super().__init__(data, initial={"person": str(user.pk)})
        people = [(str(each.pk), each.name) for each in known.people if each.offered]
        self.fields["person"].choices = people  # type: ignore[attr-defined]
        self.fields["substitute"].choices = [("", _("nobody")), *people]  # type: ignore[attr-defined]
        if not everybody:
            del self.fields["person"]


class ReadsForm(forms.Form):
    """The languages in which somebody reads requests."""

    reads = ProfileForm.base_fields["reads"]


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def show(request: StaffRequest) -> HttpResponse:
    """Who is away now and later, and entering more."""
    user, known = request.user, choices_of_lists(request.user)
    everybody = may_administer(user, managers=True)
    form = AbsenceForm(request.POST if request.method == "POST" else None, user=user, known=known, everybody=everybody)
    if form.is_valid() and _enter(request, form):
        return redirect("desk:absences")
    day = deadline.today(timezone.now())
    context = {
        "form": form,
        "absences": _coming(user, day, everybody=everybody),
        "everybody": everybody,
        "colleagues": User.objects.filter(is_active=True).order_by("name", "pk")[:SHOWN] if everybody else (),
        "today": day,
        "known": known,
        "current": "absences",
    }
    return render(request, "desk/absences.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def reads(request: StaffRequest, person_id: int) -> HttpResponse:
    """Which languages a colleague reads; for managers, and one's own."""
    person = User.objects.filter(pk=person_id, is_active=True).first()
    if person is None or not may_plan_for(request.user, person):
        raise Http404
    form = ReadsForm(request.POST if request.method == "POST" else None, initial={"reads": person.reads})
    if form.is_valid():
        absences.set_reads(actor=actor(request), person=person, languages=form.cleaned_data["reads"])
        notices.done(request, _("The languages of %(name)s are saved.") % {"name": person.name})
        return redirect("desk:absences")
    context = {"form": form, "person": person, "known": choices_of_lists(request.user), "current": "absences"}
    return render(request, "desk/reads.html", context, status=422 if form.errors else 200)


@require_POST
@staff
def delete(request: StaffRequest, absence_id: int) -> HttpResponse:
    """Take an absence back."""
    undo = notices.Undo(reverse("desk:absence_restore", args=[absence_id]), {})
    act = absences.delete_absence
    return _do(
        request,
        lambda who: act(actor=who, absence_id=absence_id, now=timezone.now()),
        _("The absence is taken away."),
        undo,
    )


@require_POST
@staff
def restore(request: StaffRequest, absence_id: int) -> HttpResponse:
    """Bring an absence back."""
    act = absences.restore_absence
    return _do(request, lambda who: act(actor=who, absence_id=absence_id), _("The absence is back."))


def _do(
    request: StaffRequest, act: Callable[[Actor], object], told: str, undo: notices.Undo | None = None
) -> HttpResponse:
    try:
        act(actor(request))
    except IllegalMove as move:
        if move.code == "not-yours":
            raise Http404 from move
        notices.failed(request, move.message)
    else:
        notices.done(request, told, undo)
    return redirect("desk:absences")


def _enter(request: StaffRequest, form: AbsenceForm) -> bool:
    said = form.cleaned_data
    numbers = {int(number) for number in (said.get("person"), said["substitute"]) if number}
    people = {person.pk: person for person in User.objects.filter(pk__in=numbers)}
    try:
        absences.enter_absence(
            actor=actor(request),
            person=people[int(said["person"])] if "person" in said else request.user,
            first_day=said["first_day"],
            last_day=said["last_day"],
            substitute=people[int(said["substitute"])] if said["substitute"] else None,
            now=timezone.now(),
        )
    except IllegalMove as move:
        field = {"days": "last_day", "past": "last_day", "too-long": "last_day", "overlap": "first_day"}
        form.add_error("substitute" if move.code == "substitute" else field.get(move.code), str(move.message))
        return False
    notices.done(request, _("The absence is entered."))
    return True


def _coming(user: User, day: date, *, everybody: bool) -> list[Absence]:
    """What is not over, the first one first."""
    known = Absence.objects.filter(deleted_at=None, last_day__gte=day).select_related("user", "substitute")
    shown = known if everybody else known.filter(user=user)
    return list(shown.order_by("first_day", "pk")[:SHOWN])
