"""What a manifest asks for: text to objects, objects to workloads, pods to resources."""
