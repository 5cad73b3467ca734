"""Packs: what is handed out in a season, proof that it arrived, and what was given for it.

Owns      Article (a book, a document, goods), Pack, Stock and Movement, IssueList and its
          lines, Receipt, Leaflet, Drive and Donation.
Door      api.py (functions), contracts.py (shapes and errors).
Reads     people and seasons (whom a rule means), organisations (places, branches).
Writes    nothing into other rooms: what was handed over is no learning.
Not here  rounds of visits (visits carry packs and ask to_carry), papers (reports),
          payments and appeals (never).
"""
