"""What the program keeps in English of mailings, materials and campaigns, in the reader's language."""

from django import template

from campaigns.launching import why_words
from campaigns.mailing import said_words
from campaigns.materials import failure_words

register = template.Library()

register.filter("mail_words", said_words.in_words)
register.filter("failure_words", failure_words.in_words)
register.filter("why_words", why_words)
