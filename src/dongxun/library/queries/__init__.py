"""What the library tells."""
