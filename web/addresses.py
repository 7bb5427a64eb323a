"""Addresses of pages that are written dozens of times on one page: the form of each is asked for once."""

from functools import cache
from urllib.parse import quote

from django.conf import settings
from django.urls import reverse

_PROBE = 7_000_000_007  # digits are what every kind of argument of ours takes
_PLAIN = "!$&'()*+,;=~:@"  # RFC 3986, a segment of a path


def address(name: str, *args: str | int) -> str:
    """As `django.urls.reverse` has it. That the arguments are fit for the page is not looked at again."""
    form = _form(name, len(args), settings.ROOT_URLCONF)
    return form.format(*[each if isinstance(each, int) else quote(each, safe=_PLAIN) for each in args])


@cache
def _form(name: str, count: int, _pages: str) -> str:
    """An address with a place for each argument."""
    probes = [str(_PROBE + number) for number in range(count)]
    form = reverse(name, args=probes)
    for probe in probes:
        form = form.replace(probe, "{}", 1)
    return form
