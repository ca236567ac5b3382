"""The commands of ``weighbridge policies``, a module each."""
