"""The list of keys under "?" names every key that a script of the desk hears."""

import re

from django.contrib.staticfiles import finders
from django.test import Client

from desk.shipped import SHIPPED
from desk.sorting import FIELDS
from tests.services import ROOT

LISTED = re.compile(r"<kbd>(.+?)</kbd>")
SORTS = re.compile(r'data-sort-key="(\w)"')


def heard() -> set[str]:
    """The keys of every page, of a list, and of triage; there `y` is what Enter does, and `d` merges."""
    everywhere = script("desk/desk.js").split("const acts = {")[1].split("  };")[0]
    of_pages = set(re.findall(r'^    "?([a-z/?;])"?: ', everywhere, re.MULTILINE))
    of_lists = set(re.findall(r'key === "(\w)"', script("desk/list.js")))
    templates = (ROOT / "desk" / "templates" / "desk").glob("*.html")
    of_triage = {key for template in templates for key in SORTS.findall(template.read_text(encoding="utf-8"))}
    return of_pages | of_lists | (of_triage - {"y"}) | {"d"} | {key for _label, key in FIELDS.values()}


def script(name: str) -> str:
    found = finders.find(name)
    assert isinstance(found, str)
    with open(found, encoding="utf-8") as file:
        return file.read()


def test_every_key_is_listed(desk: Client) -> None:
    listed = desk.get("/desk/").content.decode().split('id="keys"')[1].split("</dialog>")[0]
    keys = set(LISTED.findall(listed))
    assert {"j", "k", "r", "x", "X", "z", "/", "?", "g", "s"} <= heard()
    assert heard() - keys == set()
    for view in SHIPPED:
        assert f"<kbd>g</kbd> <kbd>{view.key}</kbd>" in listed
