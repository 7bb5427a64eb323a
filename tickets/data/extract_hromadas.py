"""Make hromadas.csv from the ministry's codifier of administrative units (KATOTTG), a spreadsheet of 32,000 lines.

    python tickets/data/extract_hromadas.py kodifikator.xlsx > tickets/data/hromadas.csv

Reads the workbook as the ministry publishes it: five columns of codes from the region down to the city district, the
category of the object, its name. README.md beside this file says where the workbook was taken from and when.
"""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

CELLS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
HEADER = ("katottg", "name", "name_uk", "raion", "raion_uk", "region_katottg")

# Resolution of the Cabinet of Ministers No 55 of 27 January 2010; the second table holds at the start of a word.
# fmt: off
LETTERS = {
    "а": "a", "б": "b", "в": "v", "г": "h", "ґ": "g", "д": "d", "е": "e", "є": "ie", "ж": "zh",
    "з": "z", "и": "y", "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n",
    "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts",
    "ч": "ch", "ш": "sh", "щ": "shch", "ь": "", "ю": "iu", "я": "ia", "’": "", "'": "", "ʼ": "",
}
# fmt: on
FIRST_LETTERS = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}


def hromadas(workbook: Path) -> Iterator[tuple[str, ...]]:
    """Yield a row under HEADER for each hromada of the codifier, in the order of its codes."""
    raions: dict[str, str] = {}
    for region, raion, hromada, *_, category, name in rows(workbook):
        if category == "P":
            raions[raion] = name
        elif category == "H":
            yield hromada, transliterated(name), name, transliterated(raions[raion]), raions[raion], region


def transliterated(name: str) -> str:
    """Write a Ukrainian name in Latin letters, by the official rule of 2010: Згурівська is Zghurivska."""
    latin = ""
    previous = " "
    for letter in name:
        low = letter.lower()
        if low == "г" and previous == "з":
            sound = "gh"
        elif previous in " -":
            sound = FIRST_LETTERS.get(low, LETTERS.get(low, low))
        else:
            sound = LETTERS.get(low, low)
        latin += sound.capitalize() if letter.isupper() else sound
        previous = low
    return latin


def rows(workbook: Path) -> Iterator[list[str]]:
    """Yield the seven cells of each line of the first sheet, "" for an empty one."""
    with ZipFile(workbook) as archive:
        shared = ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))  # noqa: S314  (a ministry's file, read by hand)
        strings = ["".join(text.itertext()).strip() for text in shared.iter(f"{CELLS}si")]
        sheet = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))  # noqa: S314  (likewise)
    for line in sheet.iter(f"{CELLS}row"):
        cells = [""] * 7
        for cell in line.iter(f"{CELLS}c"):
            column = "ABCDEFG".find(cell.get("r", "?")[0])
            value = cell.findtext(f"{CELLS}v")
            if column >= 0 and value is not None and cell.get("t") == "s":
                cells[column] = strings[int(value)]
        yield cells


if __name__ == "__main__":
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(sorted(hromadas(Path(sys.argv[1]))))
