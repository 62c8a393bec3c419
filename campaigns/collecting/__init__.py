"""The collector, POST /c: what pages and programs send, checked by compiled schemas, stored by shared commits.

A request's thread reads the body and waits; one thread of the process stores what waits, as many requests as there are
with one commit, and only then each is answered. So durability does not cost a commit each, and no request thread needs
a connection of its own.

bodies → arrivals → line → committing → (pages, programs) → campaigns.eventlog; `callable` is what the server calls.
"""
