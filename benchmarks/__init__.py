"""What Weighbridge costs to run, as ratios to a named baseline measured in the same run. ``make bench`` runs them all."""
