"""Who gets the reports by mail: everybody says so for themselves."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from reports.access import StaffRequest, staff
from tickets.actions import accounts
from tickets.permissions import get_reports


class MailsForm(forms.Form):
    """Which reports come by mail."""

    weekly = forms.BooleanField(
        label=_("Every Monday, the week before"), required=False, label_suffix="",
    )  # fmt: skip
    monthly = forms.BooleanField(
        label=_("On the first working day, the month before"), required=False, label_suffix="",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def show(request: StaffRequest) -> HttpResponse:
    """The two switches of a manager."""
    person = request.user
    if not get_reports().filter(pk=person.pk).exists():
        raise PermissionDenied
    if request.method == "POST":
        form = MailsForm(request.POST)
        if form.is_valid():
            accounts.choose_reports(person=person, **form.cleaned_data)
            return redirect(f"{request.path}?saved")
    form = MailsForm(initial={"weekly": person.report_weekly, "monthly": person.report_monthly})
    context = {"current": "mails", "form": form, "saved": "saved" in request.GET, "person": person}
    return render(request, "reports/mails.html", context)
