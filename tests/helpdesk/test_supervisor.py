"""A child process is kept alive and ended with all that it started."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpdesk import processes
from helpdesk.supervisor import FIRST_PAUSE, Child, end_all
from tests.services import wait_until

SLEEPS = [sys.executable, "-c", "import time; time.sleep(60)"]
STARTS_ANOTHER = [
    sys.executable,
    "-c",
    "import subprocess, sys, time\n"
    "print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']).pid, flush=True)\n"
    "time.sleep(60)",
]
IGNORES_TERM = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)",
]


@pytest.fixture
def child(tmp_path: Path) -> Iterator[Child]:
    made = Child("sleeper", SLEEPS, dict(os.environ), tmp_path, tmp_path / "logs" / "sleeper.log")
    yield made
    if made.process is not None:
        processes.kill_group(made.process)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def first_line(log: Path) -> str:
    wait_until(lambda: log.exists() and "\n" in log.read_text(), "the child has written a line")
    return log.read_text().splitlines()[0]


def test_a_dead_child_is_started_again_after_a_pause(child: Child) -> None:
    child.start()
    assert child.process is not None
    first = child.process
    assert child.watch() is None
    first.kill()
    first.wait()

    sentence = child.watch()

    assert sentence is not None
    assert "sleeper ended by signal 9" in sentence
    assert child.watch() is None
    assert child.process is first
    wait_until(lambda: child.watch() or child.process is not first, "the child runs again", seconds=5)
    assert child.process.poll() is None


def test_the_pause_doubles_while_a_child_keeps_dying(child: Child) -> None:
    child.command = [sys.executable, "-c", "raise SystemExit(3)"]
    pauses = []
    for _ in range(2):
        child.again = None
        child.start()
        assert child.process is not None
        child.process.wait()
        died = time.monotonic()
        assert "with code 3" in str(child.watch())
        assert child.again is not None
        pauses.append(child.again - died)

    assert pauses == [pytest.approx(FIRST_PAUSE, abs=0.3), pytest.approx(2 * FIRST_PAUSE, abs=0.3)]


def test_what_a_dead_child_had_started_is_gone_before_it_starts_again(child: Child) -> None:
    child.command = STARTS_ANOTHER
    child.start()
    grandchild = int(first_line(child.log))
    assert child.process is not None
    child.process.kill()
    child.process.wait()

    child.watch()

    wait_until(lambda: not alive(grandchild), "the grandchild is gone", seconds=5)


def test_a_child_that_will_not_end_is_killed(child: Child, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("helpdesk.supervisor.END_SECONDS", 0.3)
    child.command = IGNORES_TERM
    child.start()
    assert first_line(child.log) == "deaf"

    end_all([child])

    assert child.process is not None
    assert child.process.returncode == -signal.SIGKILL


def test_a_log_that_grows_too_large_is_put_aside(child: Child, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("helpdesk.supervisor.LOG_BYTES", 3)
    child.command = [
        *SLEEPS[:2],
        "import time; print('first', flush=True); time.sleep(1); print('second', flush=True); time.sleep(60)",
    ]
    child.start()
    assert first_line(child.log) == "first"

    child.watch()

    assert child.log.with_suffix(".log.1").read_text() == "first\n"
    assert first_line(child.log) == "second"


def test_a_child_ends_when_its_starter_is_killed(tmp_path: Path) -> None:
    starts_and_dies = (
        "import os, sys\nfrom helpdesk.processes import spawn\n"
        "print(spawn([sys.executable, '-c', 'import time; time.sleep(60)']).pid, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", starts_and_dies], stdout=subprocess.PIPE, text=True, check=False, timeout=30
    )

    wait_until(lambda: not alive(int(ran.stdout)), "the child has ended", seconds=5)
