"""Where manifests come from: files and Git. Only edges import this package."""
