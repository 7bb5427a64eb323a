"""The addresses that django-helpdesk puts into its mails."""

from django.urls import include, path

urlpatterns = [path("", include("helpdesk.urls", namespace="helpdesk"))]
