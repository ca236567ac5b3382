"""The GitHub App: deliveries of webhooks in, comments and check runs out."""
