"""The context processor of every page: who we are, and the languages to choose from."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

from web import language


def house(request: HttpRequest) -> dict[str, Any]:
    """Name, phone, mail address, the chooser's two groups and the language of the page."""
    return facts(request.path)


def facts(path: str) -> dict[str, Any]:
    """The same for a page that is made without context processors."""
    current = translation.get_language() or settings.LANGUAGE_CODE
    official, others = language.choices(path, current)
    return {
        "house_name": settings.HOUSE_NAME,
        "house_phone": settings.HOUSE_PHONE,
        "house_phone_link": "tel:" + settings.HOUSE_PHONE.replace(" ", ""),
        "house_mail": settings.MAIL_ADDRESS,
        "page_lang": current,
        "page_lang_name": dict(settings.LANGUAGES).get(current, current),
        "languages_official": official,
        "languages_other": others,
    }
