"""党员花名册: what its columns mean, whom a row is about, and what it would change.

``columns`` reads cells, ``branches`` finds the branch a text means, ``matching``
the person a row is about, ``wishes`` what the row says of that person; ``importer``
is what the files room drives, and ``writing`` puts rows in and takes them back.
"""
