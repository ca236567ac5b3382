"""The commands of ``weighbridge prices``, a module each."""
