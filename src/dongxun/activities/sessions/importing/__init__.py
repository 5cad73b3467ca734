"""冬训计划表: a town's own plan workbook becomes sessions.

``columns`` reads cells, ``reading`` finds what their words mean (topics, hosts,
places, lecturers), ``importer`` is what the files room drives.
"""
