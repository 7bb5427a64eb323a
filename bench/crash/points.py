"""Each place of death: around every flush, rename, commit, send and acknowledgement of intake and delivery."""

from bench.crash.fuses import AFTER, BEFORE, FULL, Fuse


def _both(role: str, *calls: str) -> list[Fuse]:
    return [Fuse(role, call, side) for call in calls for side in (BEFORE, AFTER)]


KEPT = ("flush file", "rename", "flush folder")
LISTENER = [
    *_both("listener", *KEPT, "commit", "hint to the broker", "reply 354", "reply stored"),
    *(Fuse("listener", call, FULL) for call in ("flush file", "rename", "commit")),
]
# Processing one mail: the claim, the files of its attachments, the one transaction, the hint for the acknowledgement.
PROCESSING = [
    *_both("worker", "process: write 1", *(f"process: {call} 1" for call in KEPT)),
    *_both("worker", "process: commit 1", "process: hint to the broker 1"),
    *(Fuse("worker", f"process: {call} 1", FULL) for call in ("flush file", "commit")),
]
# Delivering one mail: the claim, the caps, the conversation with the mail server, the result.
DELIVERY = [
    *_both("worker", "deliver: write 1", "deliver: commit 1"),
    *_both("worker", *(f"deliver: send {command} 1" for command in ("EHLO", "MAIL", "RCPT", "DATA", "content"))),
    *_both("worker", "deliver: answer 6", "deliver: send QUIT 1", "deliver: write 2"),
]
SETTLING = _both("worker", "settle: commit 1")
# The worker's own process, which takes tasks from the broker and acknowledges them, and the timetable.
MAIN = _both("worker", "take from the broker", "acknowledge to the broker")
BEAT = _both("beat", "hint to the broker")
RARE = [*SETTLING, *MAIN, *BEAT]  # a worker that starts anew takes seconds
ALL = [*LISTENER, *PROCESSING, *DELIVERY, *RARE]
