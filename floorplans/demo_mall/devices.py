"""All devices of the demo mall, in a fixed order."""

from __future__ import annotations

from twin.plan.model import Device, Plan


def devices(plan: Plan) -> tuple[Device, ...]:
    """People counters, zone sensors, cameras, signs, fire equipment, meters and plant of ``plan``."""
    from floorplans.demo_mall import fire_devices, sight_devices, technical_devices
    from floorplans.demo_mall.people_devices import people_devices

    return (
        *people_devices(plan),
        *sight_devices.cameras(plan),
        *sight_devices.exit_signs(plan),
        *fire_devices.fire_devices(plan),
        *technical_devices.technical_devices(plan),
    )
