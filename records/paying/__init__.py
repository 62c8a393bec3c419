"""Payments through a provider's hosted page: the adapter to the provider, and what becomes of a payment here.

No number of a card comes here: it is typed at the provider, who gives back a token, the brand and the last four digits.
"""
