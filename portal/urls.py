"""The public addresses. The first part of each page's path is its language."""

from django.conf import settings
from django.urls import path, re_path, register_converter

from portal.views import requests, texts, tracking


class LanguageConverter:
    """A language that the pages are made in."""

    regex = "|".join(code for code, _ in settings.LANGUAGES)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(LanguageConverter, "language")

app_name = "portal"
urlpatterns = [
    path("", texts.root, name="root"),
    path("robots.txt", texts.robots, name="robots"),
    path(".well-known/security.txt", texts.security, name="security"),
    path("<language:language>/", texts.home, name="home"),
    path("<language:language>/request/", requests.form, name="form"),
    path("<language:language>/request/received/<str:receipt>/", requests.thanks, name="thanks"),
    path("<language:language>/upload/", requests.upload, name="upload"),
    path("<language:language>/track/<str:token>/", tracking.track, name="track"),
    path("<language:language>/track/<str:token>/files/<int:attachment_id>/", tracking.file, name="file"),
    path("<language:language>/new-link/", tracking.new_link, name="new_link"),
    path("<language:language>/privacy/", texts.privacy, name="privacy"),
    path("<language:language>/accessibility/", texts.accessibility, name="accessibility"),
    # Mails are written in more languages than these pages have yet, and their links begin with that language.
    re_path(r"^(?:[a-z]{2})?/track/(?P<token>[\w-]+)/$", tracking.other_language),
    re_path(r"^(?:[a-z]{2})?/privacy/$", texts.privacy_in_other_language),
]
