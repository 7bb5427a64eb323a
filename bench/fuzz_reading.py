"""Mutate real structures of mail for a while, read what comes out, and tell the worst that happened.

    python -m bench.fuzz_reading --seconds 60 [--seed 1] [--limit 2.0] [--keep FOLDER]

Starts from the example mails of the tests, splices, repeats, cuts and flips them, and reads each result. A mail that
makes the reader raise, yields what cannot be stored, or takes more CPU seconds than the limit is kept and named; the
exit status is then 1. The same seed gives the same mails.
"""

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path

from intake.reading.mail import ParsedMail, read

EXAMPLES = Path(__file__).parents[1] / "tests" / "mail"
MAX_SIZE = 400_000  # bytes of one mail; larger ones only take longer
WORST = 10
TOKENS = (
    b"\n",
    b"\r",
    b"\n\n",
    b"--b\n",
    b"--b--\n",
    b"<",
    b">",
    b"<div>",
    b"</div>",
    b"<blockquote>",
    b"<!--",
    b"<![if ",
    b"&#",
    b"&",
    b'"',
    b"(",
    b",",
    b";",
    b":",
    b"=?utf-8?q?=C3=A4?= ",
    b"=?",
    b"?=",
    b"> ",
    b"-",
    b"_ ",
    b" ",
    b"\0",
    b"\xff",
    b"\xc3",
    b"=\n",
    b"On 1.1.2024 10:00 <a@x.example> wrote:\n",
    b"From: a@x.example\nSent: b\nTo: c\nSubject: d\n",
    b"-- \n",
    b"a@x.example ",
    b"550 5.1.1 ",
    b"Final-Recipient: rfc822; a@x.example\nAction: failed\n",
    b"Received: by mx.wg.example; x\n",
    b"filename*0*=x;",
    b"Authentication-Results: mx.wg.example; spf=pass (",
    b"BEGIN:VEVENT\n",
    b"DTSTART:20260710T120000Z\n",
    b"\x30\x80",
    b"PK\x03\x04",
    "вих. № 1/2 від 05.11.2026\n".encode(),
    b"Content-Type: multipart/mixed; boundary=b\n\n",
    b"message/rfc822",
    b"\x1b$B",
    b"+2AA-",
)


def main() -> int:
    """Run until the time is over; 0 when nothing went wrong."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--seconds", type=float, default=30.0)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--limit", type=float, default=2.0, help="CPU seconds that one mail may take")
    options.add_argument("--keep", type=Path, help="where to put the mails that went wrong")
    given = options.parse_args()
    examples = [path.read_bytes() for path in sorted(EXAMPLES.rglob("*")) if path.suffix in (".eml", ".p7s")]
    times: list[tuple[float, int, int]] = []
    wrong, number = 0, 0
    end = time.monotonic() + given.seconds
    while time.monotonic() < end:
        number += 1
        raw = mutated(examples, random.Random(f"{given.seed}-{number}"))
        start = time.process_time()
        fault = fault_of(raw)
        spent = time.process_time() - start
        if fault or spent > given.limit:
            wrong += 1
            sys.stdout.write(f"mail {number}: {fault or 'too slow'}, {spent:.2f} CPU s, {len(raw)} bytes\n")
            if given.keep:
                given.keep.mkdir(parents=True, exist_ok=True)
                (given.keep / f"{given.seed}-{number}.eml").write_bytes(raw)
        times = sorted([*times, (spent, number, len(raw))], reverse=True)[:WORST]
    sys.stdout.write(f"{number} mails from {len(examples)} examples, {wrong} wrong; slowest:\n")
    for spent, which, size in times:
        sys.stdout.write(f"  {spent * 1000:7.1f} ms  mail {which}  {size} bytes\n")
    return 1 if wrong else 0


def mutated(examples: list[bytes], chance: random.Random) -> bytes:
    """One mail made of the examples by a few random changes."""
    raw = chance.choice(examples)
    for _ in range(chance.choice((1, 1, 2, 3, 5, 8))):
        raw = chance.choice(CHANGES)(raw, examples, chance)[:MAX_SIZE]
    return raw


def fault_of(raw: bytes) -> str:
    """What is wrong with the reading of `raw`, "" when nothing is."""
    try:
        mail = read(raw, authserv_ids=("mx.wg.example",))
    except Exception as error:  # the fault this program looks for
        return f"{type(error).__name__}: {error}"
    for text in _strings(mail):
        if "\0" in text or any("\ud800" <= char <= "\udfff" for char in text):
            return "a text that cannot be stored"
    if any(
        len(text.splitlines()) > 1 for text in (mail.subject, mail.sender.name, mail.sender.address, mail.message_id)
    ):
        return "a header value of two lines"
    return "" if 0 <= mail.quote_start <= len(mail.text) else "an offset outside the text"


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _strings(item)
    elif isinstance(value, ParsedMail) or is_dataclass(value):
        for field in fields(value):
            yield from _strings(getattr(value, field.name))


def _place(raw: bytes, chance: random.Random) -> int:
    return chance.randrange(len(raw) + 1)


def _insert(raw: bytes, _: list[bytes], chance: random.Random) -> bytes:
    at = _place(raw, chance)
    return raw[:at] + chance.choice(TOKENS) * chance.choice((1, 1, 2, 10, 1_000, 50_000)) + raw[at:]


def _cut(raw: bytes, _: list[bytes], chance: random.Random) -> bytes:
    start, end = sorted((_place(raw, chance), _place(raw, chance)))
    return raw[:start] + raw[end:]


def _flip(raw: bytes, _: list[bytes], chance: random.Random) -> bytes:
    changed = bytearray(raw)
    for _number in range(min(len(changed), chance.choice((1, 3, 20)))):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _repeat(raw: bytes, _: list[bytes], chance: random.Random) -> bytes:
    start = _place(raw, chance)
    piece = raw[start : start + chance.choice((1, 5, 40, 400))]
    return raw[:start] + piece * chance.choice((2, 10, 300, 5_000)) + raw[start:]


def _splice(raw: bytes, examples: list[bytes], chance: random.Random) -> bytes:
    other = chance.choice(examples)
    return raw[: _place(raw, chance)] + other[_place(other, chance) :]


def _line_ends(raw: bytes, _: list[bytes], chance: random.Random) -> bytes:
    return raw.replace(b"\n", chance.choice((b"\r\n", b"\r", b"\n\n")))


CHANGES: tuple[Callable[[bytes, list[bytes], random.Random], bytes], ...] = (
    _insert, _insert, _insert, _cut, _flip, _repeat, _repeat, _splice, _line_ends,
)  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
