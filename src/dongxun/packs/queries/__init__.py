"""Reads of packs; whoever asks gets the lines of their own subtrees only."""
