"""What is done with cards, booths and stamps."""
