"""Cards, booths and who has which stamps."""
