"""The language of a page: from the path on the public pages, from the person on the staff's pages."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

# The order of versions on a multilingual page: Roman alphabetical order of the languages' own names
# (Interinstitutional style guide, 7.1). What is not in it is no official language of the Union.
_EU_CODES = "bg es cs da de et el en fr ga hr it lv lt hu mt nl pl pt ro sk sl fi sv"
EU_ORDER = tuple(_EU_CODES.split())
STAFF_ROOMS = ("desk", "reports", "admin")


@dataclass(frozen=True)
class Choice:
    """One line of the language chooser; `url` is the same page in that language."""

    code: str
    endonym: str
    url: str
    current: bool


def from_path(path: str) -> str | None:
    """The language whose code is the first part of the path: `/lv/form` is Latvian, `/desk/` is none."""
    first = path.lstrip("/").split("/", 1)[0]
    return first if first in dict(settings.LANGUAGES) else None


def of_visitor(request: HttpRequest) -> str:
    """The language by path, otherwise by Accept-Language. Asks neither session nor database."""
    return from_path(request.path) or translation.get_language_from_request(request)


def of_request(request: HttpRequest) -> str:
    """Like `of_visitor`; on the staff's pages the language that the signed-in person chose comes first."""
    if request.path.lstrip("/").split("/", 1)[0] in STAFF_ROOMS:
        chosen = getattr(getattr(request, "user", None), "language", None)
        if chosen in dict(settings.LANGUAGES):
            return str(chosen)
    return of_visitor(request)


def choices(path: str, current: str) -> tuple[list[Choice], list[Choice]]:
    """The chooser's two groups: official languages of the Union in their order, then the others."""
    rest = path.lstrip("/").partition("/")[2] if from_path(path) else ""
    names = dict(settings.LANGUAGES)
    official = [code for code in EU_ORDER if code in names]
    others = sorted((code for code in names if code not in EU_ORDER), key=lambda code: str(names[code]))

    def line(code: str) -> Choice:
        return Choice(code, str(names[code]), f"/{code}/{rest}", code == current)

    return [line(code) for code in official], [line(code) for code in others]
