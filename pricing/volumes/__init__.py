"""What volumes cost, and what outlives the pods that asked for them."""
