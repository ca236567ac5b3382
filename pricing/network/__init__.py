"""What load balancers, addresses, traffic and control planes cost."""
