"""What is true now: occupancy, devices, energy, alerts, forecasts."""
