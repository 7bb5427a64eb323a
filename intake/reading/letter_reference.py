"""The number and date that a formal letter gives itself: "вих. № 123/01-45 від 05.11.2026", "Our ref: AB/12".

Answers must quote it, so it is offered, and a person decides. Only a label that means the sender's own number counts,
or a line that is number and date alone, as a letterhead has it. Numbers of laws, contracts, schools, phones and
accounts are somebody else's, and so is what "на №" and "Your ref" bring: our own number back.
"""

import re
from dataclasses import dataclass
from datetime import date

MAX_TEXT = 20_000  # characters
MAX_LINES = 300
MAX_LINE = 300


@dataclass(frozen=True, kw_only=True)
class LetterReference:
    """The letter's own `number` as written, and its date where one stands beside."""

    number: str
    date: date | None


def find(text: str, subject: str = "") -> LetterReference | None:
    """The first reference of its own that a letter states, in its text or else in its subject. Give it the new words
    alone, without the history below; lines that quote are passed over."""
    for line in text[:MAX_TEXT].split("\n")[:MAX_LINES]:
        if len(line) <= MAX_LINE and any(map(str.isdigit, line)) and not _QUOTED.match(line):
            found = _labelled(line) or _letterhead(line)
            if found:
                return found
    subject = subject[:MAX_LINE]
    return _labelled(subject) or _letterhead(_BEFORE_NUMBER.sub("", subject))


_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "січня января janvāris janvārī janvier january jan",
            "лютого февраля februāris februārī février february feb",
            "березня марта marts martā mars march mar",
            "квітня апреля aprīlis aprīlī avril april apr",
            "травня мая maijs maijā mai may",
            "червня июня jūnijs jūnijā juin june jun",
            "липня июля jūlijs jūlijā juillet july jul",
            "серпня августа augusts augustā août august aug",
            "вересня сентября septembris septembrī septembre september sep sept",
            "жовтня октября oktobris oktobrī octobre october oct",
            "листопада ноября novembris novembrī novembre november nov",
            "грудня декабря decembris decembrī décembre december dec",
        ),
        1,
    )
    for name in names.split()
}
_NAME = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATE = (
    r"[«\"„]?(?:(?P<d1>\d{1,2})(?P<mark>[./-])(?P<m1>\d{1,2})(?P=mark)(?P<y1>\d{4}|\d{2}(?!\d))|"
    r"(?P<y2>\d{4})-(?P<m2>\d{1,2})-(?P<d2>\d{1,2})|"
    rf"(?P<y3>\d{{4}})\.?\s?(?:gada\s)?(?P<d3>\d{{1,2}})\.\s?(?P<m3>{_NAME})|"
    rf"(?P<d4>\d{{1,2}})(?:er|st|nd|rd|th|\.)?[»\"“]?\s(?:of\s)?(?P<m4>{_NAME})\.?,?\s(?P<y4>\d{{4}})|"
    rf"(?P<m5>{_NAME})\.?\s(?P<d5>\d{{1,2}})(?:st|nd|rd|th)?,\s(?P<y5>\d{{4}}))"
)
_YEAR_WORD = r"(?:\.?\s{0,2}(?:року|рік|роки|года|р\.|г\.|gada))?"
_SIGN = r"(?:№|N[°ºo]?\.?|Nr\.?|No\.?|номер|n\.)"
_NUMBER = r"(?P<number>[^\W_][\w./\\–-]{0,38}[^\W_]|\d)(?![\w/])"
# The sender's own number, in the languages of our users.
_LABEL = (
    r"(?:вих(?:ідн(?:ий|ого)|\.)?(?:\s{0,2}номер)?|исх(?:одящий|\.)?(?:\s{0,2}номер)?|изх\.?|"
    r"our\sref(?:erence|\.)?(?:\s(?:no|number)\.?)?|ref(?:erence)?\.?\s(?:no|number)\.?|ref(?:erence|\.)?(?=\s?:)|"
    r"(?:n/|nos\s|notre\s)r[ée]f(?:[ée]rences?|\.)?|r[ée]f(?:[ée]rence)?\.?(?=\s?:|\s[A-Z0-9])|n/\s?ref\.?|nuestra\sref(?:erencia|\.)?|"
    r"nossa\sref(?:erência|\.)?|prot(?:ocollo|\.)(?:\s(?:n|nr|num)\.?)?|ns\.?\srif\.?|unser\szeichen|geschäftszeichen|"
    r"(?:nasz\s)?znak(?:\ssprawy)?|l\.\s?dz\.|(?:naše|naša)\szn(?:ačka|\.)|č\.\s?j\.|čj\.|ons\skenmerk|iktatószám|"
    r"mūsu\snr\.?|mūsų\snr\.?|meie\s(?:nr\.?|viide)|dnro|diarienummer|dnr|vår\sref(?:erens|\.)?|vores\sref(?:erence|\.)?|sagsnr\.?|"
    r"j\.\s?nr\.|urbroj|naš\sznak|αρ\.?\s?πρωτ\.?|αριθμ\.?\s?πρωτ\.?|nr\.\s(?:de\s)?înreg(?:istrare|\.)?)"
)
_OF = (
    r"(?:,?\s{0,3}(?:від|от|from|of|dated|date|du|del|dello|vom|van|z\sdnia|dnia|ze\sdne|zo\sdňa|datēts|av|af|den|le|"
    r"d\.d\.|/|,)?\s{0,3})"
)
_OTHERS = (
    r"(?:your|ваш\w{0,3}|vos|votre|v/|ihr\w?|wasz|pański|jūsu|jūsų|на|uz|vaša|vaše|teie|deres|ert|uw|su|vs\.?)\s{0,3}"
)
_LABELLED = re.compile(
    rf"(?<![\w/.])(?P<other>{_OTHERS})?{_LABEL}(?![^\W\d_])"
    rf"\s{{0,3}}[:.]?\s{{0,3}}(?:{_SIGN}\s{{0,3}})?[:.]?\s{{0,3}}{_NUMBER}(?:{_OF}{_DATE})?",
    re.I,
)
_PLACE = r"\s{0,20}(?:(?:м\.\s?)?[^\W\d_][\w'-]{1,30},\s{1,3})?"
_ENDING = rf"{_YEAR_WORD}[\s.,;]{{0,5}}(?:(?:на|uz|на\sваш)\s{{0,3}}{_SIGN}.{{0,100}})?"
_LETTERHEADS = (
    re.compile(rf"\s{{0,20}}{_SIGN}\s{{0,3}}{_NUMBER}{_OF}{_DATE}{_ENDING}", re.I),
    re.compile(
        rf"{_PLACE}(?:(?:від|от|du|le)\s)?{_DATE}{_YEAR_WORD}[\s.,]{{0,5}}{_SIGN}\s{{0,3}}{_NUMBER}{_ENDING}", re.I
    ),
)
_BEFORE_NUMBER = re.compile(
    r"\s{0,5}(?:(?:re|fwd?|відп|на)\s?:\s{0,3})?(?:лист|letter|vēstule|lettre|письмо)\s(?=№|N|від|от|of|du)", re.I
)
_QUOTED = re.compile(r"\s{0,4}>")
_PHONE = re.compile(r"\+?[\d\s()-]{9,}\Z")
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{10,30}\Z", re.I)
_PLAIN_DATE = re.compile(rf"{_DATE}\Z", re.I)
_DATE_BEHIND_SLASH = re.compile(rf"(?P<number>.{{1,30}})/{_DATE}\Z", re.I)


def _labelled(line: str) -> LetterReference | None:
    for match in _LABELLED.finditer(line):
        if not match["other"]:
            found = _reference(match)
            if found:
                return found
    return None


def _letterhead(line: str) -> LetterReference | None:
    for pattern in _LETTERHEADS:
        match = pattern.fullmatch(line.strip("\r "))
        found = _reference(match) if match else None
        if found:
            return found
    return None


def _reference(match: re.Match[str]) -> LetterReference | None:
    number = match["number"].rstrip(".-–/")
    if not any(map(str.isdigit, number)) or _PHONE.match(number) or _IBAN.match(number) or _PLAIN_DATE.match(number):
        return None
    joined = _DATE_BEHIND_SLASH.match(number)
    if joined:
        return LetterReference(number=joined["number"], date=_date(joined))
    return LetterReference(number=number, date=_date(match))


def _date(match: re.Match[str]) -> date | None:
    for form in "12345":
        day, month, year = match[f"d{form}"], match[f"m{form}"], match[f"y{form}"]
        if day and month and year:
            number = int(month) if month.isdigit() else _MONTHS[month.lower()]
            try:
                return date(int(year) + (2000 if len(year) == 2 else 0), number, int(day))
            except ValueError:
                return None
    return None
