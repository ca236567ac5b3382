"""Rates fitted to the prices of machines: how, and how far they are off."""
