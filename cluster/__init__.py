"""The Kubernetes API as the edges see it."""
