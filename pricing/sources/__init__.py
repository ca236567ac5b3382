"""Where prices come from: the embedded price book. Only edges import this package."""
