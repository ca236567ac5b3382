"""The command line, and the one place where settings are read."""
