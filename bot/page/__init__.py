"""A weighing as one page of HTML, with charts, for a ticket or a build's artifacts."""
