import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django import Settings

from intake import marks
from tests.services import ROOT, wait_until

# What a worker does, in a process of its own that can be killed.
LOOKS = """
import time
from intake import marks
with marks.looking_into({mail}, 3):
    time.sleep({inside})
time.sleep(20)
"""


def worker(mail: int, *, inside: float) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", LOOKS.format(mail=mail, inside=inside)]
    return subprocess.Popen(command, cwd=ROOT)


def test_who_is_killed_while_looking_leaves_the_number_of_the_attempt(data_dir: Path) -> None:
    with worker(900_001, inside=20) as process:
        wait_until(lambda: marks.died_in(900_001) is not None, "the mail is looked into")
        process.send_signal(signal.SIGKILL)
    assert marks.died_in(900_001) == 3
    assert [path.name for path in (data_dir / "reading").glob("9000*")] == ["900001"]
    marks.remove(900_001)
    assert marks.died_in(900_001) is None


def test_who_is_killed_afterwards_leaves_nothing() -> None:
    with worker(900_002, inside=0.5) as process:
        wait_until(lambda: marks.died_in(900_002) is not None, "the mail is looked into")
        wait_until(lambda: marks.died_in(900_002) is None, "it was looked into")
        process.send_signal(signal.SIGKILL)
    assert marks.died_in(900_002) is None


@pytest.mark.parametrize("error", [RecursionError, KeyboardInterrupt])
def test_an_error_or_an_interruption_by_hand_is_no_death(error: type[BaseException]) -> None:
    with pytest.raises(error), marks.looking_into(900_003, 1):
        raise error
    assert marks.died_in(900_003) is None


def test_a_mark_that_cannot_be_made_stops_nobody(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "reading").touch()
    settings.DATA_DIR = tmp_path
    with marks.looking_into(900_004, 1):
        assert marks.died_in(900_004) is None


def test_a_mark_that_was_cut_off_says_nothing(data_dir: Path) -> None:
    (data_dir / "reading").mkdir(exist_ok=True)
    (data_dir / "reading" / "900005").touch()
    assert marks.died_in(900_005) is None
    marks.remove(900_005)
