"""The papers: one function each, from contracts to a finished PDF.

A paper is an official form and is Chinese whatever the language of the screen; its
fixed words stand in the templates beside this file.
"""

from dongxun.reports.papers.sheets import poster, sign_in_sheets

__all__ = ["poster", "sign_in_sheets"]
