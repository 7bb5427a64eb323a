"""All addresses of the service, and the connection of the provider's signals."""

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

# Importing them connects the provider's webhooks, mail in and delivery results; they have no other use here.
import intake.sources.webhook  # noqa: F401
import notifications.tracking  # noqa: F401
from helpdesk import timetable

# Not at every start: the worker and the listener have no pages, and go without a quarter of what they would load.
admin.autodiscover()


def administration_sign_in(request: HttpRequest) -> HttpResponse:
    """The administration has no sign-in of its own: the desk's is the one that counts tries."""
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(request.GET.get("next", "/admin/"))


urlpatterns = [
    path("admin/login/", administration_sign_in),
    path("admin/", admin.site.urls),
    path("anymail/", include("anymail.urls")),
    path("api/v1/", include("api.urls")),
    path("desk/", include("desk.signing_in.urls")),
    path("desk/timetable/", timetable.show, name="timetable"),
    path("desk/timetable/<slug:code>/", timetable.switch, name="timetable_switch"),
    path("desk/", include("desk.urls")),
    path("desk/profile/tokens/", include("api.page_urls")),
    path("reports/", include("reports.urls")),
    path("translations/", include("api.callback_urls")),
    path("", include("portal.urls")),
]

handler400 = "web.errors.bad_request"
handler403 = "web.errors.forbidden"
handler404 = "web.errors.not_found"
handler429 = "web.errors.too_many"  # django-allauth asks for it when a limit is reached
handler500 = "web.errors.server_error"
