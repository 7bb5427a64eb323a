"""The links from figures to the tickets behind them."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

from django.utils import timezone

from tickets.models import User
from tickets.permissions import visible
from tickets.search.narrowing import narrow
from tickets.search.query import parse

LINK = re.compile(r'<a href="(/desk/find/\?q=[^"]+)">([\d,]+)')


def links(page: str) -> list[tuple[str, int]]:
    return [(unescape(address), int(number.replace(",", ""))) for address, number in LINK.findall(page)]


def found_by(person: User, address: str) -> int:
    """How many tickets the desk's search finds there for this person, page by page."""
    (text,) = parse_qs(urlsplit(address).query)["q"]
    found = narrow(parse(text), visible(person), user=person, now=timezone.now())
    assert not found.problems
    return found.tickets.count()
