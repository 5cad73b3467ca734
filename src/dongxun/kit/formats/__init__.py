"""How days are written into forms, by language."""
