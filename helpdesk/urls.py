"""All addresses of the service, and the connection of the provider's signals."""

from django.contrib import admin
from django.urls import include, path

# Importing it connects the provider's webhook to our outbox; it has no other use here.
import notifications.tracking  # noqa: F401

urlpatterns = [
    path("admin/", admin.site.urls),
    path("anymail/", include("anymail.urls")),
    path("desk/", include("desk.urls")),
    path("", include("portal.urls")),
]

handler400 = "web.errors.bad_request"
handler403 = "web.errors.forbidden"
handler404 = "web.errors.not_found"
handler500 = "web.errors.server_error"
