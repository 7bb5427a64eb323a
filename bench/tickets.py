"""The tickets that every measurement is made on, as plain values: the same for the same number, in any process.

Three messages each: a partner asks, an agent answers, the partner writes once more. Ten agents, five queues, one ticket
in ten open, three years of dates. Of the open ones some have a holding reply alone: their first response is to come.
"""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bench import words

AGENTS, QUEUES = 10, 5
PARAGRAPHS = 4  # at most, in a message
YEARS = timedelta(days=3 * 365)
END = datetime(2026, 11, 1, tzinfo=UTC)  # when the youngest ticket came
ATTACHMENT_SHARE, OPEN_SHARE, UNASSIGNED_SHARE, COMMON_SHARE, HELD_SHARE = 0.1, 0.1, 0.2, 0.3, 0.4


@dataclass(frozen=True, slots=True)
class Sample:
    """One ticket. `number` counts from 1; `person`, `queue` and `agent` count from 0; no agent: nobody has it now.

    `texts` are the three messages in the order of `asked_at`, `answered_at`, `thanked_at`; `closed_at` is None while
    the ticket is open. `held`: what the agent wrote is a holding reply.
    """

    number: int
    person: int
    language: str
    subject: str
    texts: tuple[str, str, str]
    queue: int
    author: int
    agent: int | None
    priority: int
    has_file: bool
    asked_at: datetime
    answered_at: datetime
    thanked_at: datetime
    closed_at: datetime | None
    held: bool


def people(size: int) -> int:
    """How many partners wrote `size` tickets: each about four, in the smallest set as well."""
    return max(1, size // 4)


def sample(size: int, number: int) -> Sample:
    """The ticket of this number, from 1 to `size`, of a set of `size`; it needs none of the others."""
    index, draw = number - 1, random.Random(f"ticket {size} {number}")
    language = "uk" if draw.random() < 0.4 else "en"
    asked = END - YEARS + YEARS * ((index + draw.random()) / size)
    answered = asked + timedelta(seconds=60 + int(draw.lognormvariate(8.5, 1.2)))
    thanked = answered + timedelta(seconds=60 + int(draw.lognormvariate(9.5, 1.2)))
    is_open = draw.random() < OPEN_SHARE
    author = 0 if draw.random() < 0.3 else draw.randrange(1, AGENTS)
    first = words.body(draw, language, PARAGRAPHS)
    if index in (size // 5, size // 2, size - 1 - size // 7):
        first += f"\n\n{words.RARE}"
    if draw.random() < COMMON_SHARE:
        first += f"\n\n{words.COMMON}"
    return Sample(
        number=number,
        person=draw.randrange(people(size)),
        language=language,
        subject=words.subject(draw, language),
        texts=(first, words.body(draw, language, PARAGRAPHS), words.body(draw, language, PARAGRAPHS)),
        queue=draw.randrange(QUEUES),
        author=author,
        agent=None if is_open and draw.random() < UNASSIGNED_SHARE else author,
        priority=draw.randint(1, 4),
        has_file=draw.random() < ATTACHMENT_SHARE,
        asked_at=asked,
        answered_at=answered,
        thanked_at=thanked,
        closed_at=None if is_open else thanked + timedelta(seconds=60 + int(draw.lognormvariate(10, 1))),
        held=is_open and draw.random() < HELD_SHARE,
    )


def message_id(ticket: int, message: int) -> str:
    """The Message-ID, without angle brackets, of message 0, 1 or 2 of a ticket; an agent's is of the house."""
    return f"{ticket}.{message}@{'cor.europa.eu' if message == 1 else 'mail.hromada.example'}"
