"""What is written dozens of times on one page, in Jinja2: the lines of a list, the letters and menus of a ticket.

Django's own templates look up, localise and escape each value by a few dozen calls, Jinja2's by one or two, and words
that stand fast cost nothing here (`web.phrases`). Pages stay Django's; they put in what is written so.
"""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from django.conf import settings
from django.forms.renderers import BaseRenderer, DjangoTemplates, Jinja2
from django.template.utils import get_app_template_dirs
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from web.phrases import CALLED, Phrases


class Nobodys(StrictUndefined):
    """A name that is not given is an error. Only what nobody has is nothing: the name of the assignee without one."""

    def __bool__(self) -> bool:  # type: ignore[override]  # the stricter one never returns
        return self._undefined_obj is not None and super().__bool__()


class Room:
    """The templates of a room, in its folder "jinja2". They have its `filters`, and what is `known` to all of them."""

    def __init__(
        self, filters: Mapping[str, Callable[..., Any]] | None = None, known: Mapping[str, Any] | None = None
    ) -> None:
        self._filters, self._known = filters or {}, known or {}
        self._environments: dict[str, Environment] = {}

    def written(self, name: str, facts: Mapping[str, Any]) -> SafeString:
        """A template with its facts, in the language of the page; escaped."""
        return mark_safe(self.template(name).render(facts))  # noqa: S308

    def template(self, name: str) -> Template:
        """A template, compiled in the language of the page."""
        return self._environment(get_language() or "").get_template(name)

    def _environment(self, language: str) -> Environment:
        """One for each language: its words are fixed in the templates that it compiles."""
        if language not in self._environments:
            made = Environment(
                loader=FileSystemLoader(get_app_template_dirs("jinja2")),
                autoescape=True,
                auto_reload=settings.DEBUG,
                undefined=Nobodys,
                extensions=[Phrases],
            )
            made.filters |= self._filters
            made.globals |= {**CALLED, **self._known}
            self._environments[language] = made
        return self._environments[language]


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
