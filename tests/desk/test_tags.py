"""A message's text gets the links that Django finds in it, the quick way too."""

import random

import pytest
from django.utils.html import urlize

from desk.writing import MOST_LINKED, linked

PIECES = (
    "https://hromada.example/x?y=1&z=2", "www.hromada.example.", "olena@hromada.example", "10:30", "end.", "<b>",
    "(see hromada.example)", "'x'", "Шановні", "&amp;", "http://x.example/(a)", "mailto:x@y.example", "\n", "\n\n  ",
    " ", "e.g.", 'say"http://q.example"', "hromada.example,", "...", "a&b.com", ":", "@", ".",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(20))
def test_links_are_those_that_django_makes(seed: int) -> None:
    chance = random.Random(seed)  # no secret
    for _ in range(100):
        text = " ".join(chance.choices(PIECES, k=chance.randint(0, 9)))
        assert linked(text) == urlize(text, nofollow=True, autoescape=True), text


def test_what_is_longer_than_a_letter_has_no_links_and_is_escaped() -> None:
    text = "<b> https://hromada.example " + "a" * MOST_LINKED
    assert linked(text) == text.replace("<b>", "&lt;b&gt;")
