"""What workloads cost: rates, machines, estimates and their difference."""
