"""What must survive: readings, alerts, runs, dead letters."""
