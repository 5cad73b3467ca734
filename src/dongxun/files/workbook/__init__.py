"""Workbooks from strangers, read in safety, and workbooks of our own, written plainly.

``child`` and what it imports (``refusal``, ``limits``, ``package``, ``scan``,
``plaintext``) know no Django: they run in a small process with limits on memory
and time. ``reading`` is the parent's side. ``headers`` finds the header row,
``writing`` makes workbooks.
"""
