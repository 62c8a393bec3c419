"""Django's tag of translation, but that a text into which nothing is put is looked up once for each language.

A page has up to a hundred of these, and each took Django 9 µs.
"""

from django.template import Context
from django.template.base import Parser, Token
from django.templatetags import i18n
from django.utils.translation import get_language


class Said(i18n.TranslateNode):
    """A text as a template has it, in the reader's language."""

    def __init__(self, node: i18n.TranslateNode) -> None:
        super().__init__(node.filter_expression, noop=False)
        self.kept: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        language = get_language()
        if language not in self.kept:
            self.kept[language] = super().render(context)
        return self.kept[language]


def translate(parser: Parser, token: Token) -> i18n.TranslateNode:
    node = i18n.do_translate(parser, token)
    asked = node.filter_expression
    is_text = isinstance(asked.var.literal, str) and not asked.filters
    return node if not is_text or node.noop or node.asvar or node.message_context else Said(node)


def register() -> None:
    """In Django's own library, which every template loads: another under its name Django warns of."""
    i18n.register.tag("translate", translate)
    i18n.register.tag("trans", translate)
