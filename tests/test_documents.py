"""What the documents point to is there."""

import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
# `tickets.tasks.settle`, and `actions.settling.settle` for what lives in tickets/actions.
DOTTED = re.compile(r"`((?:actions|intake|portal|desk|tickets|web|notifications|helpdesk)(?:\.\w+)+)`")
# `intake/processing.py`, `tickets/actions/`, and `docs/decisions/0001-….md`.
PATH = re.compile(r"`((?:[\w.-]+/)+(?:[\w.-]+\.(?:py|md|css|yaml|html|conf))?)`")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_links_lead_to_files_that_exist(document: Path) -> None:
    targets = [link.partition("#")[0] for link in LINK.findall(document.read_text(encoding="utf-8"))]
    local = [target for target in targets if target and "://" not in target and not target.startswith("mailto:")]
    assert [target for target in local if not (document.parent / target).exists()] == []


def test_pictures_are_small() -> None:
    pictures = list(ROOT.glob("docs/images/*.png"))
    assert pictures
    assert [path.name for path in pictures if path.stat().st_size > 150_000] == []


def test_links_are_found_where_they_are() -> None:
    assert "docs/architecture.md" in LINK.findall((ROOT / "README.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["docs/architecture.md", "CONTRIBUTING.md"])
def test_named_code_exists(name: str) -> None:
    found = DOTTED.findall((ROOT / name).read_text(encoding="utf-8"))
    assert found
    assert [dotted for dotted in found if not is_there(dotted)] == []


@pytest.mark.parametrize("name", ["docs/architecture.md", "CONTRIBUTING.md"])
def test_named_files_exist(name: str) -> None:
    found = PATH.findall((ROOT / name).read_text(encoding="utf-8"))
    assert found
    assert [path for path in found if not list(ROOT.glob(path)) and not list(ROOT.glob(f"*/templates/{path}"))] == []


def is_there(dotted: str) -> bool:
    """Whether a dotted name is a module of ours, or something in one."""
    full = f"tickets.{dotted}" if dotted.startswith("actions.") else dotted
    module, _, attribute = full.rpartition(".")
    try:
        return hasattr(importlib.import_module(module), attribute) or bool(importlib.import_module(full))
    except ModuleNotFoundError:
        return False
