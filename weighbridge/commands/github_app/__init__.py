"""The commands of the GitHub App, each in the module of its name."""
