"""Whose settings are in force, where each comes from, and what a change does to those it is weighed by."""
