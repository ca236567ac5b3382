"""Weighings as they are shown: every figure rounded once, and the JSON document of it, written and read."""
