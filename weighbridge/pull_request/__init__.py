"""A pull request at the command line: its event, its owners, who accepted what, and what is to be posted."""
