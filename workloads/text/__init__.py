"""YAML and JSON text to plain values, and what is wrong with it to a line and a column."""
