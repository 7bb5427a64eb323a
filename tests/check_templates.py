"""`python -m tests.check_templates`: every template of ours compiles; prints each that does not."""

import sys
from pathlib import Path

import django
from django.template import TemplateSyntaxError
from django.template.loader import get_template
from django.template.utils import get_app_template_dirs

ROOT = Path(__file__).resolve().parent.parent
ENDINGS = {".html", ".txt", ".xml", ".eml"}


def template_names() -> list[str]:
    """The names of all templates in our own packages."""
    folders = [Path(folder) for name in ("templates", "jinja2") for folder in get_app_template_dirs(name)]
    ours = [folder for folder in folders if folder.is_relative_to(ROOT) and ".venv" not in folder.parts]
    return sorted(
        path.relative_to(folder).as_posix() for folder in ours for path in folder.rglob("*") if path.suffix in ENDINGS
    )


def faults() -> list[str]:
    """One line for each template that does not compile."""
    found = []
    for name in template_names():
        try:
            get_template(name)
        except TemplateSyntaxError as error:
            found.append(f"{name}: {error}")
    return found


if __name__ == "__main__":
    django.setup()
    lines = faults()
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.write(f"{len(template_names())} templates, {len(lines)} faults\n")
    sys.exit(bool(lines))
