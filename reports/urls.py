"""The addresses of the reports."""

from django.urls import path

from reports.views import how, now, response

app_name = "reports"

urlpatterns = [
    path("", now.now, name="now"),
    path("response/", response.response, name="response"),
    path("response/<slug:panel>/", response.one, name="response_panel"),
    path("how-we-count/", how.how, name="how"),
]
