"""Pages of planned sessions."""
