"""Published schemas of what the feeds may send."""
