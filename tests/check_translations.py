"""`python -m tests.check_translations`: the catalogues are complete, and each .mo is its .po compiled.

`--compile` writes the .mo files instead. Babel does it, because gettext's own programs are missing on many machines.
"""

import io
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
CREATED = datetime(2026, 1, 1, tzinfo=UTC)
LANGUAGES = ("uk", "lv", "fr")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)[^}]*\}|%[sd]")
# French has a space before these marks and inside its quotes: one that does not break, or a line begins with the mark.
FRENCH = re.compile(r"(?<![\xa0\u202f])(?:[:;?!](?=[\s<»]|$)|»)|«(?![\xa0\u202f])| (?=[:;?!»])")
# What is typed as it stands: tags, quotes of files, the name of a header, operators of the search.
AS_TYPED = re.compile(r"<[^>]*>|\"[^\"]*\"|Authorization: Bearer|\b(?:from|topic):|%\(\w+\)s:(?=\xa0»)")
BREAKS = "no space that does not break beside a mark"


def catalogues() -> list[Path]:
    """Every .po file that should be there."""
    return [ROOT / "locale" / language / "LC_MESSAGES" / "django.po" for language in LANGUAGES]


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.parent.parent.name, abort_invalid=True)
    # Babel would write the present time into the compiled file of a catalogue that names none.
    catalogue.creation_date = CREATED
    return catalogue


def compiled(catalogue: Catalog) -> bytes:
    """The .mo file of a catalogue; the same bytes each time."""
    output = io.BytesIO()
    write_mo(output, catalogue)
    return output.getvalue()


def faults(path: Path) -> list[str]:
    """One line for each thing wrong with a catalogue and its compiled form."""
    where = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
    if not path.exists():
        return [f"{where}: missing; run make messages"]
    catalogue = read(path)
    found = [f"{where}: {fault}" for message in catalogue if message.id for fault in _faults(message, catalogue)]
    found += [f"{where}: obsolete text left: {_short(message)}" for message in catalogue.obsolete.values()]
    binary = path.with_suffix(".mo")
    if not binary.exists() or binary.read_bytes() != compiled(catalogue):
        found.append(
            f"{where}: {binary.name} is not this file compiled; run python -m tests.check_translations --compile"
        )
    return found


def _faults(message: Message, catalogue: Catalog) -> list[str]:
    found = []
    strings = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
    sources = message.id if isinstance(message.id, (list, tuple)) else (message.id,)
    if message.fuzzy:
        found.append(f"fuzzy: {_short(message)}")
    if not all(strings):
        found.append(f"no translation: {_short(message)}")
        return found
    if message.pluralizable and len(strings) != catalogue.num_plurals:
        found.append(f"{len(strings)} plural forms instead of {catalogue.num_plurals}: {_short(message)}")
    wanted = [_placeholders(source) for source in sources]
    for string in strings:
        # A form for one thing alone may say "one" in words, as the source's singular does.
        if _placeholders(string) not in wanted:
            found.append(f"other placeholders: {_short(message)}")
            break
    if str(catalogue.locale) == "fr" and any(breaks(string) for string in strings):
        found.append(f"{BREAKS}: {_short(message)}")
    return found


def breaks(text: str) -> bool:
    """Whether a line of a French text may begin with a mark, or end with a quote that opens."""
    return FRENCH.search(AS_TYPED.sub("", text)) is not None


def _placeholders(text: str) -> list[str]:
    return sorted(match[0] for match in PLACEHOLDER.finditer(text))


def _short(message: Message) -> str:
    text = message.id[0] if isinstance(message.id, (list, tuple)) else message.id
    return repr(text[:60])


def main(arguments: list[str]) -> int:
    if "--compile" in arguments:
        for path in catalogues():
            path.with_suffix(".mo").write_bytes(compiled(read(path)))
        return 0
    lines = [line for path in catalogues() for line in faults(path)]
    letters = sorted((ROOT / "tickets" / "data" / "templates").glob("*.fr.txt"))
    lines += [f"{path.name}: {BREAKS}" for path in letters if breaks(path.read_text(encoding="utf-8"))]
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.write(f"{len(LANGUAGES)} catalogues, {len(lines)} faults\n")
    return int(bool(lines))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
