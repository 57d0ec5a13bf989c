"""Feeds in: MQTT, vendor payloads, fire panels, replay, simulated feeds."""
