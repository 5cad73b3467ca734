"""The pages of planning, on the console."""
