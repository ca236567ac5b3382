"""A company's own prices, laid over a price book."""
