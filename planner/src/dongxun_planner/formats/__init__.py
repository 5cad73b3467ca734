"""Readers and writers of published benchmark formats, one module each.

``dongxun-plan bench FORMAT FILE`` reads an instance, solves it with the means of this package and
writes the solution in the benchmark's own form where there is one.
"""
