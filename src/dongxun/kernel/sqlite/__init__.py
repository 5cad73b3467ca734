"""Django's SQLite backend, which remembers the ids and moments that it has read before."""
