"""Which objects a policy is about: kinds, selectors, conditions, owners, patterns."""
