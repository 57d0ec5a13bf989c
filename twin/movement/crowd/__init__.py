"""The crowd engine: everybody walks in continuous space."""
