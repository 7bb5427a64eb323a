"""compose.yaml as Docker Compose reads it: YAML with merged keys, and variables of a file of settings filled in."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parent.parent
_VARIABLE = re.compile(r"\$\$|\$\{(\w+)(?::-([^}]*))?\}")
_TEXT = (ROOT / "compose.yaml").read_text(encoding="utf-8")
# What is read for the containers alone; COMPOSE_PROFILES by Docker Compose itself. REQUEST_MAX_MIB is a setting too:
# the proxy and the service keep to one number.
OWN_NAMES = {name for name, _ in _VARIABLE.findall(_TEXT) if name} - {"REQUEST_MAX_MIB"} | {"COMPOSE_PROFILES"}


def load(variables: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The whole file, its variables filled in; ValueError for one without value and default."""
    whole: dict[str, Any] = YAML(typ="safe").load(_fill(_TEXT, variables or {}))
    return whole


def services() -> dict[str, dict[str, Any]]:
    """The services by name, with every variable at its default."""
    found: dict[str, dict[str, Any]] = load()["services"]
    return found


def queues() -> dict[str, list[str]]:
    """The queues that each worker service takes from."""
    commands = {name: each.get("command", []) for name, each in services().items()}
    return {
        name: words[words.index("--queues") + 1].split(",") for name, words in commands.items() if "worker" in words
    }


def read_settings(path: Path) -> dict[str, str]:
    """A file of settings: NAME=value lines, comments, nothing quoted."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def environment_of(service: str, settings_file: Path, secrets: Path) -> dict[str, str]:
    """What the processes of a service of ours find: the file of settings, and before it what compose.yaml fixes.

    Secrets are where they lie, not where a container mounts them.
    """
    settings = read_settings(settings_file)
    whole = load({**settings, "SETTINGS_FILE": str(settings_file), "SECRETS_FOLDER": str(secrets)})
    described = whole["services"][service]
    mounted = {f"/run/secrets/{name}": whole["secrets"][name]["file"] for name in described["secrets"]}
    assert [each["path"] for each in described["env_file"]] == [str(settings_file)]
    fixed = {name: mounted.get(value, value) for name, value in described["environment"].items()}
    return {**settings, **fixed}


def _fill(text: str, variables: Mapping[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        name, default = found.groups()
        if name is None:
            return "$"
        # An empty value counts as none, as with ":-" in a shell.
        filled = variables.get(name) or default
        if filled is None:
            raise ValueError(f"{name} has neither value nor default")
        return filled

    return _VARIABLE.sub(value, text)
