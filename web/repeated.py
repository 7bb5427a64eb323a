"""Templates of what is written dozens of times on one page, such as the lines of a list, in Jinja2.

Django's own templates look up, localise and escape each value by a few dozen calls, Jinja2's by one or two. It knows
neither our tags nor our languages: whatever words such a template writes, its caller gives it.
"""

from typing import Any

from jinja2 import Environment, StrictUndefined

from web.templatetags.web import icon


def environment(**options: Any) -> Environment:
    """What Django asks for, which switches escaping on; a name that is not given is an error, not nothing."""
    made = Environment(**{**options, "undefined": StrictUndefined}, trim_blocks=True, lstrip_blocks=True)  # noqa: S701
    made.globals["icon"] = icon
    return made
