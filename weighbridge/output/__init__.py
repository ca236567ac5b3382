"""What a person at a terminal, another program or the next step of a job is given to read."""
