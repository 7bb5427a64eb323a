"""The house keeps its shape: imports point one way, no circle, no import inside a function."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("helpdesk", "intake", "portal", "desk", "reports", "api", "tickets", "web", "notifications")
DOORS = ("intake", "portal", "desk", "reports", "api")
ALLOWED: dict[str, set[str]] = {
    "helpdesk": set(ROOMS),
    **{door: {"tickets", "web"} for door in DOORS},
    "api": {"tickets", "web", "reports"},
    "reports": {"tickets", "web", "notifications"},
    "tickets": {"notifications"},
    "web": set(),
    "notifications": set(),
}
FILES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts)


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {module_of(path): path for path in FILES}


def imported(path: Path) -> Iterator[tuple[str, bool]]:
    """Each name that a file imports, and whether it does so inside a function."""

    def walk(node: ast.AST, inside: bool) -> Iterator[tuple[str, bool]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                yield from ((alias.name, inside) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                assert child.level == 0, f"{path} imports relatively"
                yield from ((f"{child.module}.{alias.name}", inside) for alias in child.names)
            else:
                function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
                yield from walk(child, inside or function)

    yield from walk(ast.parse(path.read_text(encoding="utf-8")), False)


def targets(path: Path) -> set[str]:
    """The modules of ours that a file imports."""
    found = set()
    for name, _ in imported(path):
        target = name if name in MODULES else name.rpartition(".")[0]
        if target in MODULES:
            found.add(target)
    return found - {module_of(path)}


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_imports_point_down_the_picture(path: Path) -> None:
    room = module_of(path).split(".")[0]
    wrong = {name for name in targets(path) if name.split(".")[0] not in ALLOWED[room] | {room}}
    assert not wrong


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_no_import_stands_inside_a_function(path: Path) -> None:
    assert [name for name, inside in imported(path) if inside] == []


def test_no_page_is_asked_by_a_function_that_is_polled() -> None:
    """From the second time on the page's own policy refuses it: a page that is slow to come would fail its test."""
    asked = f".wait_for_{'function'}("
    assert [path for path in (ROOT / "tests").rglob("*.py") if asked in path.read_text(encoding="utf-8")] == []


def test_no_circle_of_imports() -> None:
    graph = {module: targets(path) for module, path in MODULES.items()}
    done: set[str] = set()

    def visit(module: str, way: tuple[str, ...]) -> None:
        assert module not in way, " -> ".join((*way[way.index(module) :], module))
        if module not in done:
            for target in sorted(graph[module]):
                visit(target, (*way, module))
            done.add(module)

    for module in sorted(graph):
        visit(module, ())


def test_nothing_is_called_utils() -> None:
    names = {path.stem for path in FILES} | {path.parent.name for path in FILES}
    assert not names & {"utils", "helpers", "common", "misc"}
