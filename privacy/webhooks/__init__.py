"""Telling programs elsewhere of what happens here, by webhooks (docs/webhooks.md).

A floor declares the kinds of event that it tells of (`kinds.declare_kind`) and calls `telling.tell` within the
transaction in which it happens: what is rolled back is told to nobody, what stands is told at least once.
"""
