"""From the doors of the rooms below to the values that papers print.

Every read is scoped by the order's actor; words are Chinese, for official forms are.
"""
