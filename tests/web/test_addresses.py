"""An address is what Django makes of it, for whichever page and whatever it is given."""

import pytest
from django.urls import NoReverseMatch, reverse
from pytest_django import Settings

from web.addresses import address


@pytest.fixture(autouse=True)
def _site(site: None, settings: Settings) -> None:
    settings.ROOT_URLCONF = "helpdesk.urls"


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("desk:list", ()),
        ("desk:ticket", ("SU-2026-000007",)),
        ("desk:ticket", ("{0} ?№&",)),
        ("desk:file", ("SU-2026-000007", 7_000_000_008)),
        ("desk:view_change", (12,)),
    ],
)
def test_it_is_the_address_that_django_gives(name: str, args: tuple[str | int, ...]) -> None:
    assert address(name, *args) == reverse(name, args=args) == address(name, *args)


def test_a_page_that_is_not_there_is_an_error() -> None:
    with pytest.raises(NoReverseMatch):
        address("desk:nothing")
