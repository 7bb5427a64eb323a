"""What `make` says on a machine whose Python cannot run the service."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.services import ROOT

TOO_OLD = """#!/bin/sh
[ "$1" = --version ] && echo "Python 3.8.10"
[ "$1" = --version ]
"""
WITHOUT_VENV = """#!/bin/sh
case "$2" in *"import venv"*) exit 1 ;; esac
exec {python} "$@"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The Makefile alone, and a `bin` with no Python in it."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "requirements.txt").touch()
    (tmp_path / "bin").mkdir()
    return tmp_path


def make_run(folder: Path, python: str = "") -> subprocess.CompletedProcess[str]:
    """`make run` where `python3` is this script and no other Python is to be found."""
    if python:
        (folder / "bin" / "python3").write_text(python)
        (folder / "bin" / "python3").chmod(0o755)
    make = shutil.which("make")
    assert make
    env = {"PATH": str(folder / "bin"), "HOME": str(folder)}
    return subprocess.run([make, "run"], cwd=folder, env=env, capture_output=True, text=True, check=False)


def test_a_python_that_is_too_old_is_one_sentence(folder: Path) -> None:
    ran = make_run(folder, TOO_OLD)
    (said,) = ran.stdout.splitlines()
    assert said.startswith("No Python from 3.11 to 3.13 is here (found: Python 3.8.10): install one")
    assert ran.returncode != 0
    assert not (folder / ".venv").exists()


def test_no_python_at_all_is_one_sentence(folder: Path) -> None:
    ran = make_run(folder)
    (said,) = ran.stdout.splitlines()
    assert said.startswith("No Python from 3.11 to 3.13 is here (found: no python3): install one")
    assert ran.returncode != 0


def test_a_python_without_venv_names_the_package(folder: Path) -> None:
    ran = make_run(folder, WITHOUT_VENV.format(python=os.path.realpath(sys.executable)))
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    (said,) = ran.stdout.splitlines()
    assert said.startswith(f"Python {version} is here, but without venv: install it")
    assert f"apt-get install python{version}-venv" in said
    assert ran.returncode != 0
    assert not (folder / ".venv").exists()
