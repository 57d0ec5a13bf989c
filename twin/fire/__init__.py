"""Fire: design fires, smoke, detection, tenability."""
