"""The SimPy world: clock, agents and their behaviour, doors, lifts, staff, alarm."""
