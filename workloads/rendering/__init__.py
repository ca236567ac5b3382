"""What has to be rendered before it is Kubernetes objects, which files that reads, and what may not be rendered at all."""
