"""Machines: which one a pod runs on, where, and at which price."""
