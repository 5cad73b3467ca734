"""Django's PostgreSQL backend, with two things that a hall full of phones is thankful for."""
