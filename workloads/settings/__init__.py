"""What weighbridge.yaml says: clusters, owners, assumptions, currency, purchases."""
