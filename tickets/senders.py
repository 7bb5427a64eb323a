"""What an address and a text tell about who writes: look-alike domains, free mailboxes, wishes for a call. Pure.

All of it are hints for a person. None proves anything, and nothing is refused for one.
"""

import re
import unicodedata
from collections.abc import Iterable

from tickets.reference import free_mail

# Nobody but an institution gets a name below these, so that one letter off is another office.
_CLOSED = (".europa.eu",)
_SHORTEST = 7  # letters of a domain below which one letter off says nothing

# Letters of other scripts, and digits, that look like Latin ones; what looks like several is taken for the commonest.
_TWINS = str.maketrans(
    "авеіїјкмнорстухѕԁԛԝҽһӏαεικνορτυχ01łøđı",
    "abeiijkmhopctyxsdqwehlaeiknoptyxollodi",
)
_JOINTS = {ord("-"): None, ord("."): None}
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))

_CALL_HOSTS = re.compile(
    r"\b(?:zoom\.us|zoomgov\.com|teams\.(?:microsoft|live)\.com|meet\.google\.com|webex\.com|whereby\.com|"
    r"meet\.jit\.si|join\.skype\.com|discord\.gg)\b",
    re.I,
)
_CALL_WORDS = re.compile(
    r"\b(?:video[- ]?(?:call|conference|meeting|chat|link)|(?:zoom|teams|skype|webex|whatsapp)[- ](?:call|meeting)|"
    r"(?:call|meeting|speak|talk) (?:on|over|via|by) (?:zoom|teams|skype|webex|whatsapp|video)|online meeting|"
    r"appel vidéo|visio(?:conférence)?|vidéoconférence|entretien (?:vidéo|en ligne)|"
    r"відео-?(?:дзвін|зв.?яз|конференц|зустріч|розмов|виклик)\w*|онлайн[- ]?(?:зустріч|нарад|розмов)\w*|"
    r"(?:у|в|через|по) (?:zoom|зум|teams|skype|скайп)\w*|"
    r"видео-?(?:звон|связ|конференц|встреч)\w*|"
    r"video-?(?:zvan|konferen|saru|sapulc)\w*|tiešsaistes (?:sanāksm|tikšan)\w*|"
    r"video-?(?:anruf|gespräch|konferenz)\w*|wideo-?(?:konferenc|rozmow|spotkan)\w*)",
    re.I,
)
_READ = 20_000  # characters of one text


def domain_of(address: str) -> str:
    """The domain of an e-mail address in lower case; "" when it has none."""
    return address.rpartition("@")[2].strip().rstrip(".").lower() if "@" in address else ""


def is_free_mail(domain: str) -> bool:
    """Whether anybody can open a mailbox there."""
    return domain.lower() in free_mail()


def look_alike(domain: str, known: Iterable[str]) -> str:
    """The known domain that this one could be taken for, and is not; "" when there is none.

    A domain looks like another when its letters look the same (in any script, punycode read as what it shows), when it
    is one letter off, when only dots and hyphens differ, or when the other one stands in front of a foreign ending.
    """
    shown = _shown(domain)
    others = sorted({each.lower().strip(".") for each in known} - {""})
    if not shown or any(shown == _shown(each) or shown.endswith("." + _shown(each)) for each in others):
        return ""
    if shown.endswith(_CLOSED):
        return ""
    return next((each for each in others if _resembles(shown, _shown(each))), "")


def asks_for_call(text: str) -> bool:
    """Whether a text asks for a video call or holds the link of one, in the languages that partners write."""
    read = text[:_READ]
    return bool(_CALL_HOSTS.search(read) or _CALL_WORDS.search(read))


def _shown(domain: str) -> str:
    """A domain as a browser would show it: punycode read, one form of each letter, lower case."""
    labels = domain.strip().strip(".").lower().split(".")
    return unicodedata.normalize("NFKC", ".".join(_label(each) for each in labels)).casefold()


def _label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, ValueError, OverflowError):
        return label


def _resembles(one: str, other: str) -> bool:
    """Whether two names as they are shown are the same to a hasty eye."""
    a, b = _seen(one), _seen(other)
    if a.startswith(b + "."):
        return True
    a, b = a.translate(_JOINTS), b.translate(_JOINTS)
    if min(len(a), len(b)) >= _SHORTEST and _one_off(a, b):
        return True
    return _paired(a) == _paired(b)


def _seen(shown: str) -> str:
    """A name without accents, its letters made Latin ones where they look like those."""
    bare = "".join(each for each in unicodedata.normalize("NFKD", shown) if not unicodedata.combining(each))
    return bare.translate(_TWINS)


def _paired(text: str) -> str:
    """Two letters that together look like another one made that one."""
    for pair, single in _PAIRS:
        text = text.replace(pair, single)
    return text.replace("i", "l")


def _one_off(a: str, b: str) -> bool:
    """Whether one letter was changed, left out, put in, or changed places with its neighbour."""
    if abs(len(a) - len(b)) > 1:
        return False
    start = next((place for place, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    rest_a, rest_b = a[start:], b[start:]
    swapped = rest_a[:2] == rest_b[1::-1] and rest_a[2:] == rest_b[2:]
    return rest_a[1:] == rest_b[1:] or rest_a[1:] == rest_b or rest_a == rest_b[1:] or swapped
