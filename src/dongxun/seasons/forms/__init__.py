"""Forms of seasons."""
