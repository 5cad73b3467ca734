"""What is read of members' words."""
