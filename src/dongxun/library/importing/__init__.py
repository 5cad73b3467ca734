"""外部平台学习记录: what an outside platform says its people learned becomes credit.

``columns`` reads cells, ``importer`` is what the files room drives.
"""
