"""Newer prices from the clouds' public price APIs: read, checked against the book at hand, and written as a book of one's own."""
