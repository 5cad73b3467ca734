"""What contests tell."""
