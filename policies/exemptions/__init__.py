"""What may pass although a rule denies it: exemptions, and denials that somebody accepted on a pull request."""
