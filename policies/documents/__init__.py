"""Policy documents: read and checked, with what is wrong with them, as Kubernetes' own definitions, and tried on examples."""
