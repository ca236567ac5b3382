"""Policies in the API server's own words: ValidatingAdmissionPolicy and MutatingAdmissionPolicy."""
