"""Words of a search as PostgreSQL asks its index for them. Pure."""

from collections.abc import Iterable

from tickets.search.document import Weight
from tickets.search.terms import Group, Term
from tickets.search.wording import words

# The operators that ask for words in one part of a ticket.
PARTS = {"": "", "from": Weight.PEOPLE.value, "org": Weight.ORGANISATION.value, "subject": Weight.SUBJECT.value}
_NONE = "none"


def asks_for_words(term: Term) -> bool:
    """Whether the index of words answers this term."""
    return term.name in PARTS and not (term.name == "org" and term.value == _NONE)


def matching(term: Term) -> str:
    """The query of one term, as if it were not negated.

    Each word may be the beginning of a longer one, unless it is quoted: Ukrainian and Latvian words have endings that
    no dictionary here knows. What is one word to the writer but several here (02-17/112) is found in this order.
    """
    label = PARTS[term.name]
    beginning = "" if term.quoted and not term.name else "*"
    option = f":{beginning}{label}" if beginning or label else ""
    found = [f"'{word}'" for word in map(_escaped, words(term.value))]
    if term.name == "from":
        # Names and addresses in any order, and far behind in a long ticket as well.
        return _joined((each + option for each in found), " & ")
    whole = option.replace("*", "")
    # Of several words in a row only the last may go on.
    return _joined((*(each + whole for each in found[:-1]), *(each + option for each in found[-1:])), " <-> ")


def matching_all(groups: Iterable[Group]) -> str:
    """The query of groups that ask for words alone: one term of each group, and none that is excluded."""
    return " & ".join(_joined((_signed(term) for term in group), " | ") for group in groups)


def index_is_enough(groups: Iterable[Group]) -> bool:
    """Whether the index alone tells which tickets match: it does not know the places of words, nor their parts."""
    return all(not PARTS[term.name] and len(words(term.value)) == 1 for group in groups for term in group)


def only_excludes(group: Group) -> bool:
    """Whether the group names only what must not be there."""
    return all(term.negated for term in group)


def _signed(term: Term) -> str:
    return f"!{matching(term)}" if term.negated else matching(term)


def _joined(parts: Iterable[str], by: str) -> str:
    return f"({by.join(parts)})"


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("'", "''")
