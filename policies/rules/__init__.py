"""One module a kind of rule: values in, findings out."""
