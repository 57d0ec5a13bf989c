"""The engine of mall-twin: plan, movement, fire, world, live state and store."""
