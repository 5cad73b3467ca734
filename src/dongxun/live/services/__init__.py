"""What live classes do."""
