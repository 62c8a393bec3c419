"""Words of retention for templates."""

from django import template

from privacy.retention.triggers import words_of

register = template.Library()
register.filter("trigger_words", words_of)
