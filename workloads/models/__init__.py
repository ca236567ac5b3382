"""The AI models that workloads name, call behind an API, or run themselves."""
