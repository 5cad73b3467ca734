"""Publishing: what members write themselves, looked at before anybody else sees it.

Owns      Note (every Writing of it, its pictures and recording, what became of a pledge), Thread,
          Thank.
Door      api.py (functions), contracts.py (shapes and errors).
Reads     seasons (topics), people, organisations; needs takes a suggestion on.
Writes    ledger: one ``reflected`` fact for a reflection or pledge on a topic once it was
          accepted; taken back when it no longer stands.
Not here  posters (reports), lessons (library), works handed in to a contest (contests).
"""
