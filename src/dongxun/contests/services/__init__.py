"""What contests do."""
