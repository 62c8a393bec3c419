"""The word of a form that makes something, for privacy.sent_once."""

from django import template
from django.template import RequestContext
from django.utils.html import format_html
from django.utils.safestring import SafeString

from privacy.sent_once import FIELD, word_of_page

register = template.Library()


@register.simple_tag(takes_context=True)
def once(context: RequestContext) -> SafeString:
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, word_of_page(context["request"]))
