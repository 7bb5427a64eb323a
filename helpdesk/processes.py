"""Child processes that never outlive us: own process group, ended with it, told when we die.

Python's standard library alone: the supervisor runs before Django has any settings.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1  # prctl(2)
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def spawn(
    command: Sequence[str | Path],
    *,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    log: Path | None = None,
    on_our_death: signal.Signals = signal.SIGTERM,
    owner: tuple[int, int] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child in its own process group, so that Ctrl-C reaches us alone and we decide the order of the end.

    Output goes to the file `log` (appended), or where ours goes. On Linux the child gets `on_our_death` even when we
    are killed with SIGKILL; the kernel ties this to the calling thread, so call it from the main thread.
    `owner` is (uid, gid) to run as.
    """
    parent = os.getpid()

    def ask_for_signal() -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, int(on_our_death))
            if os.getppid() != parent:  # we died between the fork and the line above
                os._exit(1)

    with contextlib.ExitStack() as stack:
        output = stack.enter_context(log.open("ab")) if log else None
        return subprocess.Popen(  # noqa: S603 - our own commands, no shell
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            env=None if environment is None else dict(environment),
            cwd=folder,
            start_new_session=True,
            preexec_fn=ask_for_signal,  # noqa: PLW1509 - the caller is single-threaded or starts nothing beside it
            user=owner[0] if owner else None,
            group=owner[1] if owner else None,
            extra_groups=[] if owner else None,
        )


def end(processes: Sequence[subprocess.Popen[bytes]], *, seconds: float) -> None:
    """Ask every process to end (SIGTERM), wait `seconds` for all together, then kill what is left of their groups."""
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + seconds
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=max(0.0, deadline - time.monotonic()))
        kill_group(process)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill whatever is left in the group of a process that `spawn` started, its own children included."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
