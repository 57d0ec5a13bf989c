"""The embedded broker as a process of its own: ``python -m sensors.embedded_broker HOST PORT``.

amqtt speaks MQTT 3.1.1, is slow (some 1,000 messages a second) and keeps nothing over a restart: it is for
the demo and for tests on a computer without mosquitto.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import sys

from amqtt.broker import Broker


async def serve(host: str, port: int) -> None:
    """Run the broker until the process is told to end."""
    config = {
        "listeners": {"default": {"type": "tcp", "bind": f"{host}:{port}", "max_connections": 200}},
        "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
    }
    broker = Broker(config)
    end = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end.set)
    await broker.start()
    await end.wait()
    await broker.shutdown()


def main() -> None:
    """Run with the arguments of this process."""
    logging.basicConfig(level=logging.ERROR)
    asyncio.run(serve(sys.argv[1], int(sys.argv[2])))


if __name__ == "__main__":
    main()
