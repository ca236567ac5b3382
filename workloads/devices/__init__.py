"""GPUs and other devices: what a pod asks for, by whatever way, and what a cluster has of them."""
