"""Reads of coverage: numbers for whoever organises, names for whoever may see them."""
