"""Edge: the small ASGI application beside the pages, for what many phones do at once.

Owns      nothing: no table, no page.
Serves    ``/edge/live`` (what happens in a live class, as server-sent events) and
          ``/edge/beat`` (how far somebody is in a lesson, every few seconds).
Reads     live (events), with tickets instead of sessions (kernel.tickets).
Writes    library (places) and live (presence), many in one commit.
Not here  what is said and who may see it: pages of live. Without the edge they are
          asked every few seconds, and phones send their places through ``/sync``.
"""
