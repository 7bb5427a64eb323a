"""Reads the sheet of triage mode from a page, as a browser without scripts would."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class SheetRow:
    """One field: what is chosen, what it can be, in words too, its suggestions, and the key that goes through them."""

    chosen: str = ""
    now: str = ""
    options: list[tuple[str, str]] = field(default_factory=list)
    guess: str | None = None
    suggested: list[str] = field(default_factory=list)
    number: str = ""


@dataclass
class Served:
    """The sheet of one page: where it is posted, its fields, and the values of its buttons by their keys."""

    action: str = ""
    rows: dict[str, SheetRow] = field(default_factory=dict)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def reference(self) -> str:
        return self.action.rstrip("/").rpartition("/")[2]

    def fields(self) -> dict[str, str]:
        """What the browser would post."""
        values = {name: row.chosen for name, row in self.rows.items()}
        return values | {f"was_{name}": row.now for name, row in self.rows.items()}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.served = Served()
        self.inside = False
        self.row: SheetRow | None = None
        self.guess: tuple[str, str] | None = None
        self.option = self.group = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("id") == "sheet":
            self.inside, self.served.action = True, given["action"]
        if tag == "button" and given.get("data-sort-key"):
            self.served.buttons[given["data-sort-key"]] = (given["name"], given["value"])
        if not self.inside:
            return
        if tag == "div" and "sheet-row" in given.get("class", ""):
            self.guess = (given["data-guess"], given["data-number"]) if "data-guess" in given else None
        elif tag == "select":
            self.row = self.served.rows[given["name"]] = SheetRow()
            if self.guess:
                self.row.guess, self.row.number = self.guess
        elif tag == "optgroup":
            self.group = True
        elif tag == "option" and self.row:
            self.row.options.append((given["value"], ""))
            if self.group:
                self.row.suggested.append(given["value"])
            self.option = True
            if "selected" in given or len(self.row.options) == 1:
                self.row.chosen = given["value"]
        elif tag == "input" and given.get("name", "").startswith("was_"):
            self.served.rows[given["name"].removeprefix("was_")].now = given["value"]

    def handle_data(self, data: str) -> None:
        if self.option and self.row:
            value, words = self.row.options[-1]
            self.row.options[-1] = (value, words + data)

    def handle_endtag(self, tag: str) -> None:
        self.option = self.option and tag != "option"
        self.group = self.group and tag != "optgroup"
        self.inside = self.inside and tag != "form"


def read_sheet(page: str) -> Served:
    """The sheet of a page; an empty one where there is none."""
    reader = _Reader()
    reader.feed(page)
    return reader.served
