"""What is known of a cluster, and how it is kept in a file."""
