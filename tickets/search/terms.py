"""What a search asks for, as values: terms, groups of which one must hold, and the sentence for each mistake. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

_NEEDS_QUOTES = frozenset(' ,"“”„«»')


@dataclass(frozen=True, slots=True)
class Term:
    """One condition: words (`name` is empty) or an operator with its value. Equal whatever its place in the text.

    Words that are `quoted` are meant as they stand, one after the other; others may be the beginnings of longer ones.
    `start` and `length` are characters of the text that was typed; a term that nobody typed has none.
    """

    name: str
    value: str
    negated: bool = False
    quoted: bool = False
    start: int = field(default=0, compare=False)
    length: int = field(default=0, compare=False)

    @property
    def text(self) -> str:
        """As one would type it."""
        # Behind a name, "//" would make it the address of a page.
        parts = bool(self.name) and (not _NEEDS_QUOTES.isdisjoint(self.value) or self.value.startswith("//"))
        value = f'"{self.value}"' if self.quoted or parts else self.value
        return f"{'-' if self.negated else ''}{self.name}{':' if self.name else ''}{value}"


Group = tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """A part of the typed text that says nothing we know, and a sentence that tells what to type instead."""

    start: int
    length: int
    message: str


@dataclass(frozen=True, slots=True)
class Query:
    """All groups must hold; of a group, one term. `typed` is the text as it came, which problems point into."""

    groups: tuple[Group, ...] = ()
    problems: tuple[Problem, ...] = ()
    typed: str = field(default="", compare=False)

    def __bool__(self) -> bool:
        return bool(self.groups)

    @property
    def text(self) -> str:
        """The same search in its plainest form; parsing it gives the same search."""
        return " ".join(group_text(group) for group in self.groups)

    @property
    def terms(self) -> Iterator[Term]:
        """Every term, in the order of the text."""
        return (term for group in self.groups for term in group)

    @property
    def words(self) -> tuple[Group, ...]:
        """The groups that ask for words, alone or beside operators."""
        return tuple(group for group in self.groups if any(not term.name for term in group))

    def value(self, name: str) -> str:
        """The value that an operator has where it stands alone and is not negated; else empty."""
        alone = (group[0] for group in self.groups if len(group) == 1)
        return next((term.value for term in alone if term.name == name and not term.negated), "")

    def without(self, left_out: Term | Group) -> "Query":
        """The search without this term, or without this group."""
        if isinstance(left_out, tuple):
            return self._of(tuple(group for group in self.groups if group != left_out))
        rest = (tuple(term for term in group if term != left_out) for group in self.groups)
        return self._of(tuple(group for group in rest if group))

    def with_(self, *added: Term) -> "Query":
        """The search narrowed to one of these terms; unchanged where it says so already."""
        return self if added in self.groups else self._of((*self.groups, added))

    def but(self, *changed: Term) -> "Query":
        """The search with these terms in place of all that it said by the same operator."""
        names = {term.name for term in changed}
        kept = (tuple(term for term in group if term.name not in names) for group in self.groups)
        return self._of((*(group for group in kept if group), changed))

    def without_operator(self, name: str) -> "Query":
        """The search with nothing said by this operator."""
        kept = (tuple(term for term in group if term.name != name) for group in self.groups)
        return self._of(tuple(group for group in kept if group))

    def _of(self, groups: tuple[Group, ...]) -> "Query":
        # Problems belong to the typed text, and this one nobody typed.
        return replace(self, groups=groups, problems=(), typed="")


def group_text(group: Group) -> str:
    """As one would type it."""
    return " OR ".join(term.text for term in group)
