"""Pages of people: the roster, one person, duplicates, lecturers."""
