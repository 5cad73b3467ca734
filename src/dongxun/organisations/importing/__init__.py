"""组织 from a workbook: what its columns mean, which node a row is, and what it would change.

``columns`` reads cells, ``index`` finds the node that a text means, ``importer`` is
what the files room drives, and ``writing`` puts rows in and takes them back.
"""
