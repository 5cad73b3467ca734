"""Needs: what people need, from the word of mouth to the word that it is done.

Owns      Need, Step, Theme, Service, Project, Enterprise, FaqBook.
Door      api.py (functions), contracts.py (shapes and errors).
Reads     seasons (deadlines), organisations (who leads), people (experts), files (pictures).
Not here  where a need was heard: sessions and visits are a generic (kind, id).
"""
