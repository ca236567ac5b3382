"""The nodes that pods may run on: what labels, affinity and tolerations say of them."""
