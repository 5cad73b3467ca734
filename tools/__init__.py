"""Tools of the house: what ``make`` calls. Nothing here is needed at run time."""
