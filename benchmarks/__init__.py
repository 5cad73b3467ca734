"""Benchmarks: figures with bars, run by ``make bench`` (see tools/bench.py)."""
