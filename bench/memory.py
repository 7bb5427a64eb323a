"""How much memory a process takes."""

from pathlib import Path


def pss(process: int) -> float:
    """The proportional set size of a process in MiB: its own memory and its share of what it shares (proc(5))."""
    for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return round(int(line.split()[1]) / 1024, 1)
    raise ValueError(f"process {process} tells no proportional set size")
