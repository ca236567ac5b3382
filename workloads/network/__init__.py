"""Load balancers that objects make a cloud build, and what is moved over them."""
