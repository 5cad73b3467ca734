"""The pages of this room: console, phone, and the one page for everybody."""
