"""Bytes to text, whatever the label says. Nothing here raises, and every result can be stored."""

import codecs
import re

# Codecs that are character sets. Python also registers codecs that are none (hex, zip, idna, undefined) and
# some that run an escape language over the bytes (unicode_escape); a mail that names one of those is mislabelled.
_CODEC_NAMES = """
    ascii utf-8 utf-7 utf-16 utf-16-le utf-16-be utf-32 utf-32-le utf-32-be
    iso8859-1 iso8859-2 iso8859-3 iso8859-4 iso8859-5 iso8859-6 iso8859-7 iso8859-8 iso8859-9 iso8859-10 iso8859-11
    iso8859-13 iso8859-14 iso8859-15 iso8859-16 koi8-r koi8-u koi8-t kz1048 ptcp154 tis-620
    cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 cp874 cp437 cp720 cp737 cp775 cp850 cp852 cp855
    cp857 cp858 cp860 cp861 cp862 cp863 cp864 cp865 cp866 cp869 cp1125 cp1006 cp037 cp273 cp424 cp500 cp875 cp1026
    cp1140
    mac-cyrillic mac-greek mac-iceland mac-latin2 mac-roman mac-turkish mac-croatian mac-romanian
    gb2312 gbk gb18030 hz big5 big5hkscs cp950 shift_jis cp932 shift_jisx0213 shift_jis_2004 euc_jp euc_jis_2004
    euc_jisx0213 iso2022_jp iso2022_jp_1 iso2022_jp_2 iso2022_jp_2004 iso2022_jp_3 iso2022_jp_ext iso2022_kr
    euc_kr cp949 johab
"""
_CODECS = frozenset(_CODEC_NAMES.split())

# Senders write the narrow name and mean the wide set (the WHATWG Encoding Standard reads them so as well).
_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "iso2022_jp": "iso2022_jp_ext",
    "big5": "big5hkscs",
}

# Labels that Python's own list of aliases does not know.
_ALIASES = {
    "ansi_x3.110-1983": "cp1252",
    "ansi_x3.4-1968": "ascii",
    "cp-850": "cp850",
    "cp-1251": "cp1251",
    "cp1251-1": "cp1251",
    "x-cp1250": "cp1250",
    "x-cp1251": "cp1251",
    "x-cp1252": "cp1252",
    "win-1251": "cp1251",
    "win1251": "cp1251",
    "iso-8859-6-i": "iso8859-6",
    "iso-8859-6-e": "iso8859-6",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601-1989": "cp949",
    "ks-c-5601": "cp949",
    "korean": "cp949",
    "x-euc-kr": "cp949",
    "x-windows-949": "cp949",
    "windows-949": "cp949",
    "x-gbk": "gb18030",
    "x-euc-cn": "gb18030",
    "chinesebig5": "big5hkscs",
    "x-big5": "big5hkscs",
    "cn-big5": "big5hkscs",
    "cn-gb": "gb18030",
    "x-sjis": "cp932",
    "x-shift-jis": "cp932",
    "windows-31j": "cp932",
    "ms_kanji": "cp932",
    "x-euc-jp": "euc_jp",
    "x-euc": "euc_jp",
    "cp50220": "iso2022_jp_ext",
    "cp50221": "iso2022_jp_ext",
    "windows-874": "cp874",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
    "x-mac-cyrillic": "mac-cyrillic",
    "x-mac-ukrainian": "mac-cyrillic",
    "x-mac-ce": "mac-latin2",
    "koi8": "koi8-u",
    "koi8-ru": "koi8-u",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-2-0-utf-7": "utf-7",
    "x-unicode-2-0-utf-7": "utf-7",
    "utf": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "unicode": "utf-16",
    "ucs-2": "utf-16",
}

_LABEL = re.compile(r"[a-z0-9][a-z0-9._:+-]{0,59}\Z")
_CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127])
_LINE_BREAKING = {**dict.fromkeys([*range(1, 32), *range(0x7F, 0xA0), 0x2028, 0x2029], " "), 0: None}
_DIRECTION = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_SURROGATES = re.compile("[\ud800-\udfff]")


def decode(data: bytes, label: str = "") -> tuple[str, bool]:
    """Text of `data` and whether it was read as labelled (False: the label was missing, unknown or wrong).

    UTF-8 is recognised under every 8-bit label, because text in another character set practically never is
    valid UTF-8 by chance. The result may still hold control characters: see `storable` and `one_line`.
    """
    if data.isascii() and not _shifts(label):
        return data.decode("ascii"), True
    for mark, marked in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            return data[len(mark) :].decode(marked, "replace"), True
    codec = _codec(label)
    if codec is None:
        return guess(data), False
    text = _strictly(data, codec)
    if codec != "utf-8" and (text is None or codec in _SINGLE_BYTE):
        as_utf8 = _strictly(data, "utf-8")
        if as_utf8 is not None and not data.isascii():
            return as_utf8, False
    if text is not None:
        return text, True
    return _repair(data, codec), False


def guess(data: bytes) -> str:
    """Text of 8-bit bytes that carry no usable label, by what the letters would be."""
    for codec in ("utf-8", "iso2022_jp_ext" if b"\x1b$" in data else "utf-8"):
        text = _strictly(data, codec)
        if text is not None:
            return text
    first = _HIGH.search(data)
    if first is None or _mostly_utf8(data):
        return data.decode("utf-8", "replace")
    sample = data[max(0, first.start() - 20) : first.start() + 1_500]
    best = max(_GUESSES, key=lambda codec: _likelihood(sample.decode(codec, "replace")))
    return data.decode(best, "replace")


def storable(text: str) -> str:
    """`text` without what PostgreSQL or a header refuses: NUL and lone surrogates; other controls go as well."""
    if text.isascii() and text.isprintable():
        return text
    return _SURROGATES.sub("\ufffd", text.translate(_CONTROLS))


def one_line(text: str) -> str:
    """`text` fit for a header or a list: storable, one line, single spaces, no direction overrides."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return " ".join(_SURROGATES.sub("\ufffd", text.translate(_LINE_BREAKING).translate(_DIRECTION)).split())


def known(label: str) -> bool:
    """True when `label` names a character set that can be read."""
    return _codec(label) is not None


_HIGH = re.compile(rb"[\x80-\xff]")
_SINGLE_BYTE = frozenset(
    {"cp1250", "cp1251", "cp1252", "cp1254", "iso8859-2", "iso8859-15", "mac-roman", "koi8-r", "koi8-u"}
)
# In the order of preference when nothing decides: our users write Latin or Cyrillic letters.
_GUESSES = ("cp1252", "cp1251", "koi8-u", "cp1250", "cp1257", "cp1253")


def _codec(label: str) -> str | None:
    name = label.strip().strip("\"'").strip().lower()
    name = _ALIASES.get(name, name)
    if not _LABEL.match(name):
        return None
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        digits = re.search(r"(?:windows|cp|iso)[-_ ]?(125\d|8859-?\d{1,2})", name)
        return (
            _codec(("cp" if digits[1].startswith("125") else "iso") + digits[1])
            if digits and digits[0] != name
            else None
        )
    return _WIDER.get(found, found) if found in _CODECS else None


def _shifts(label: str) -> bool:
    """True for character sets whose bytes are ASCII but whose text is not."""
    name = label.strip().lower()
    return "2022" in name or "utf-7" in name or name.startswith(("hz", "utf-16", "utf-32", "utf16", "cp037", "cp5"))


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError):
        return None


def _repair(data: bytes, codec: str) -> str:
    """Text of bytes that their own label cannot read: a relative of the character set, or a guess."""
    if codec == "utf-8":
        return data.decode("utf-8", "replace") if _mostly_utf8(data) else guess(data)
    if codec.startswith("iso2022_jp") and b"\x1b" in data and len(data) < 1_000_000:
        return _shifted_to_cp932(data).decode("cp932", "replace")
    for other in ("cp932", "euc_jp") if codec.startswith(("iso2022_jp", "cp932", "euc_jp")) else ():
        text = _strictly(data, other)
        if text is not None:
            return text
    return data.decode(codec, "replace")


_ESCAPE = re.compile(rb"(\x1b\$[@B]|\x1b\([BIJH]|\x1b\$\([A-Z])")


def _shifted_to_cp932(data: bytes) -> bytes:
    """ISO-2022-JP as Shift_JIS: programs put characters of vendors' rows into it that only code page 932 has."""
    out = bytearray()
    state = b"\x1b(B"
    for piece in _ESCAPE.split(data):
        if piece.startswith(b"\x1b"):
            state = piece
        elif state == b"\x1b(I":
            out += bytes(byte | 0x80 for byte in piece)
        elif state in (b"\x1b$@", b"\x1b$B"):
            for first, second in zip(piece[::2], piece[1::2], strict=False):
                out.append((first + 1) // 2 + (0x70 if first <= 0x5E else 0xB0) & 0xFF)
                out.append((second + (0x7E if first % 2 == 0 else 0x1F if second < 0x60 else 0x20)) & 0xFF)
        else:
            out += piece
    return bytes(out)


def _mostly_utf8(data: bytes) -> bool:
    """True when most bytes above ASCII form UTF-8 sequences: a cut or a stray byte in real UTF-8."""
    first = _HIGH.search(data)
    start = first.start() if first else 0
    text = data[start : start + 3_000].decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = sum(1 for c in text if c > "\x7f") - broken
    return whole > 2 * broken


def _likelihood(text: str) -> float:
    """How much the letters above ASCII look like words: small letters beside letters of the same script."""
    score = 0.0
    previous = " "
    for char in text:
        if char > "\x7f":
            score += _worth(char, previous)
        elif previous in _CYRILLIC and char.isalpha():
            score -= 2
        previous = char
    return score


_CYRILLIC = frozenset("абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґёАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯІЇЄҐЁ")
_FREQUENT = frozenset("оеаинтрсвлкмідпуяызьбгчйжхюцщєїф")
_LATIN = frozenset("äöüßéèêàâçîïôûñóáíúåæøœąćęłńśźżčďěňřšťůžýőűăâîșțāēģīķļņūėįųõãë")
_TYPOGRAPHY = frozenset("«»„“”’‘–—…§°·№€\xa0©®")


def _worth(char: str, previous: str) -> float:
    if char in _CYRILLIC:
        if previous.isascii() and previous.isalpha():
            return -2.0  # a Cyrillic letter inside a Latin word
        if char.isupper():
            return -1.0 if previous.islower() else 0.4  # capitals after small letters: the wrong Cyrillic set
        return 1.2 if char in _FREQUENT else 0.8
    if char.lower() in _LATIN:
        if char.islower():
            return 1.0 if previous.isascii() else -0.5  # accents rarely stand side by side
        return -1.0 if previous.islower() else 0.3
    if char in _TYPOGRAPHY:
        return 0.5
    return -1.5
