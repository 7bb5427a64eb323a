"""The addresses of the reports."""

from django.urls import path

from reports.views import compliance, exporting, flow, how, mails, now, response

app_name = "reports"

urlpatterns = [
    path("", now.now, name="now"),
    path("response/", response.response, name="response"),
    path("response/<slug:panel>/", response.one, name="response_panel"),
    path("flow/", flow.flow, name="flow"),
    path("compliance/", compliance.compliance, name="compliance"),
    path("compliance/list/", compliance.deadlines, name="deadlines"),
    path("export/<slug:report>/", exporting.export, name="export"),
    path("by-mail/", mails.show, name="mails"),
    path("how-we-count/", how.how, name="how"),
]
