"""The control room: Dash pages and the HTTP API."""
