"""Audiences: saved filters over customers. `conditions` declares what can be asked, `asking` reads and applies it."""

from campaigns.audiences.asking import BadConditions, customers_in, lists_in, read, those_who_left, words_of
from campaigns.audiences.conditions import CONDITIONS, Condition

__all__ = [
    "CONDITIONS",
    "BadConditions",
    "Condition",
    "customers_in",
    "lists_in",
    "read",
    "those_who_left",
    "words_of",
]
