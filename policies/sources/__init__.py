"""Where policies and their examples come from: folders."""
