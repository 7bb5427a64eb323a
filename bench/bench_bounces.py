"""Five hundred bounces of our own mails and five hundred of mails that never were ours: a row each, and nothing more.

`make bench`, or `BOUNCES=5000 python bench/bench_bounces.py`. The tests are those of the suite, which send sixty.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BOUNCES = os.environ.get("BOUNCES", "500")
FILES = ("tests/intake/test_processing.py", "tests/intake/test_backscatter.py")

if __name__ == "__main__":
    command = [sys.executable, "-m", "pytest", "-q", "-k", "storm", *FILES]
    sys.exit(subprocess.run(command, cwd=ROOT, env={**os.environ, "BOUNCES": BOUNCES}, check=False).returncode)
