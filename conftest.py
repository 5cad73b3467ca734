"""What every test of every room may ask for."""

pytest_plugins = ["tests.guards"]
