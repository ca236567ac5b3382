"""What is allowed: policy documents, rules, verdicts and the one function that weighs."""
