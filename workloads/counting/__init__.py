"""Expressions over the fields of an object, as the data file of kinds writes them."""
