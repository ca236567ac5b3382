"""What AI models behind an API cost, and when running them oneself costs less."""
