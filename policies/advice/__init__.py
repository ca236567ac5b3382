"""What could be had for less, and how a denial is settled: tried by the same weighing before it is told."""
