"""Pages that no single room owns: the first page of the console, the way in."""
