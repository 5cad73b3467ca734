"""What is done with members' words."""
