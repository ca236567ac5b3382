"""What is known of each kind: which fields make pods, how many, and what else of it costs."""
