"""CEL as the API server speaks it: the environment of expressions, Kubernetes' own functions, compiled expressions."""
