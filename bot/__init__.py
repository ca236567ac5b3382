"""The pull-request edge: the comment."""
