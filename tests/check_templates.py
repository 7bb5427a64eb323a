"""`python -m tests.check_templates`: every template of ours compiles; prints each that does not."""

import sys
from pathlib import Path

import django
from django.template import TemplateSyntaxError
from django.template.loader import get_template
from django.template.utils import get_app_template_dirs
from django.utils.module_loading import import_string
from jinja2 import TemplateError

ROOT = Path(__file__).resolve().parent.parent
KINDS = ("templates", "jinja2")
# Whose templates for Jinja2 have filters and names of their own.
ROOMS = {"desk": "desk.writing.ROOM", "web": "web.templatetags.web.ROOM"}
ENDINGS = {".html", ".txt", ".xml", ".eml"}


def template_names(kind: str) -> list[str]:
    """The names of all templates of this kind in our own packages."""
    folders = [Path(folder) for folder in get_app_template_dirs(kind)]
    ours = [folder for folder in folders if folder.is_relative_to(ROOT) and ".venv" not in folder.parts]
    return sorted(
        path.relative_to(folder).as_posix() for folder in ours for path in folder.rglob("*") if path.suffix in ENDINGS
    )


def faults() -> list[str]:
    """One line for each template that does not compile."""
    found = []
    for name in template_names("templates"):
        try:
            get_template(name)
        except TemplateSyntaxError as error:
            found.append(f"{name}: {error}")
    for name in template_names("jinja2"):
        try:
            import_string(ROOMS[name.partition("/")[0]]).template(name)
        except TemplateError as error:
            found.append(f"{name}: {error}")
    return found


if __name__ == "__main__":
    django.setup()
    lines = faults()
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.write(f"{sum(len(template_names(kind)) for kind in KINDS)} templates, {len(lines)} faults\n")
    sys.exit(bool(lines))
