"""The tags of Django's templates for words, drawings and addresses, for Jinja2: written the same, gathered the same.

An environment is for one language (`web.repeated`), so words are put into a template when it is compiled and cost
nothing when it is written.
"""

import re
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext, ngettext, npgettext, pgettext, trim_whitespace
from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from markupsafe import Markup, escape

from web.addresses import address
from web.drawings import icon

CALLED: dict[str, Callable[..., str]] = {"icon": icon, "url": address}
_PLACE = re.compile(r"%\((\w+)\)s")


class Phrases(Extension):
    """`{% translate %}` and `{% blocktranslate %}` as Django has them, without filters and `as`; `icon`, and `url`."""

    tags = {"translate", "blocktranslate", *CALLED}

    def parse(self, parser: Parser) -> nodes.Node | list[nodes.Node]:
        """What is written in the place of a tag."""
        tag = next(parser.stream)
        if tag.value == "translate":
            found: list[nodes.Expr] = [self._translated(parser)]
        elif tag.value == "blocktranslate":
            found = self._block(parser)
        else:
            found = [self._called(parser, tag.value)]
        return nodes.Output(found).set_lineno(tag.lineno)

    def _translated(self, parser: Parser) -> nodes.Expr:
        text = parser.stream.expect("string").value
        return nodes.TemplateData(_words(text.replace("%", "%%"), _context(parser)).replace("%%", "%"))

    def _called(self, parser: Parser, name: str) -> nodes.Expr:
        args = []
        while not parser.stream.current.test("block_end"):
            args.append(parser.parse_unary())
        return nodes.Call(nodes.Name(name, "load"), args, [], None, None)

    def _block(self, parser: Parser) -> list[nodes.Expr]:
        context, trimmed, facts, counted = "", False, {}, None
        while not parser.stream.current.test("block_end"):
            if parser.stream.current.test("name:context"):
                context = _context(parser)
            elif parser.stream.skip_if("name:trimmed"):
                trimmed = True
            elif parser.stream.skip_if("name:count"):
                counted, facts[counted] = _given(parser)
            elif not parser.stream.skip_if("name:with"):
                name, value = _given(parser)
                facts[name] = value
        parser.stream.expect("block_end")
        singular, plural = _texts(parser, trimmed)
        for name in _PLACE.findall(singular + plural):
            facts.setdefault(name, nodes.Name(name, "load"))
        if counted is None:
            return _written(_words(singular, context), facts)
        named = [nodes.Pair(nodes.Const(name), value) for name, value in facts.items()]
        args: list[nodes.Expr] = [*map(nodes.Const, (singular, plural, context, counted)), nodes.Dict(named)]
        return [self.call_method("_counted", args)]

    def _counted(self, singular: str, plural: str, context: str, counted: str, facts: dict[str, Any]) -> Markup:
        number = facts[counted]
        text = npgettext(context, singular, plural, number) if context else ngettext(singular, plural, number)
        return Markup(text % {name: escape(fact) for name, fact in facts.items()})  # noqa: S704  # ours, with escaped facts


def _words(text: str, context: str) -> str:
    return pgettext(context, text) if context else gettext(text)


def _context(parser: Parser) -> str:
    return str(parser.stream.expect("string").value) if parser.stream.skip_if("name:context") else ""


def _given(parser: Parser) -> tuple[str, nodes.Expr]:
    name = parser.stream.expect("name").value
    parser.stream.expect("assign")
    return name, parser.parse_expression()


def _texts(parser: Parser, trimmed: bool) -> tuple[str, str]:
    """What stands in the block, before and after `{% plural %}`, as the catalogues have it."""
    texts = [""]
    while True:
        token = next(parser.stream)
        if token.type == "data":
            texts[-1] += token.value.replace("%", "%%")
        elif token.type == "variable_begin":
            texts[-1] += f"%({parser.stream.expect('name').value})s"
            parser.stream.expect("variable_end")
        elif parser.stream.skip_if("name:plural"):
            parser.stream.expect("block_end")
            texts.append("")
        else:
            parser.stream.expect("name:endblocktranslate")
            break
    singular, plural = (*(trim_whitespace(each) if trimmed else each for each in texts), "")[:2]
    return singular, plural


def _written(text: str, facts: dict[str, nodes.Expr]) -> list[nodes.Expr]:
    """A text of a catalogue, with what its places stand for."""
    pieces = _PLACE.split(text)
    return [
        facts[piece] if number % 2 else nodes.TemplateData(piece.replace("%%", "%"))
        for number, piece in enumerate(pieces)
    ]
