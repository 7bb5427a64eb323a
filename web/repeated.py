"""Templates of what is written dozens of times on one page, such as the lines of a list, in Jinja2.

Django's own templates look up, localise and escape each value by a few dozen calls, Jinja2's by one or two. It knows
neither our tags nor our languages: whatever words such a template writes, its caller gives it.
"""

from functools import cached_property
from typing import Any

from django.forms.renderers import BaseRenderer, DjangoTemplates, Jinja2
from jinja2 import Environment, StrictUndefined

from web.templatetags.web import icon


def engine(**options: Any) -> Environment:
    """What Django asks for, which switches escaping on; a name that is not given is an error, not nothing."""
    made = Environment(**{**options, "undefined": StrictUndefined}, trim_blocks=True, lstrip_blocks=True)  # noqa: S701
    made.globals["icon"] = icon
    return made


class Widgets(BaseRenderer):
    """Fields of forms by the templates for Jinja2 that Django ships; the administration has its own for Django's."""

    def get_template(self, template_name: str) -> Any:
        """The template of this name."""
        quick = template_name.startswith("django/forms/widgets/")
        return (self._jinja2 if quick else self._django).get_template(template_name)

    @cached_property
    def _jinja2(self) -> Jinja2:
        return Jinja2()

    @cached_property
    def _django(self) -> DjangoTemplates:
        return DjangoTemplates()
