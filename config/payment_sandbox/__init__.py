"""A payment provider for the demo and the tests: a real HTTP server with a hosted page, where no money moves.

It takes test cards alone, leads back, and tells by signed webhooks, which it sends again until they are taken. What it
knows lies in a SQLite file of its own. `docs/payments.md` says what it speaks.
"""
