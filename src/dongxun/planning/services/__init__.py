"""What is done with plans: asked for, ended, pinned, accepted."""
