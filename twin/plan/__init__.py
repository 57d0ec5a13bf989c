"""The plan model: levels, spaces, openings, connectors, exits, devices, tenants."""
