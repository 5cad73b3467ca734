"""Visits: study brought home, condolences, and pairs of an elder and a young member.

Owns      Round, Stop, Visitor, Claim (what a phone or a paper says of a door), Photo, Pair, Home.
Door      api.py (functions), contracts.py (shapes and errors).
Reads     coverage and activities (who is owed what), people (address and phone, logged),
          packs (what to carry).
Writes    ledger: one ``studied`` fact per visit and topic, mode home; needs heard at a door.
Not here  how a route is best ordered (planning), stock of packs (packs), needs themselves (needs).
"""
