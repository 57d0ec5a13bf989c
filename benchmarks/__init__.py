"""How long things take on a machine, and beside the best open peers: ``make bench``, ``twin bench``."""
