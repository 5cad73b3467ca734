"""What can be done with files, by subject; ``api`` re-exports what other rooms need."""
