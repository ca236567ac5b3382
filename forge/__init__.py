"""GitHub and GitLab: pull requests, their comments and their check runs."""
