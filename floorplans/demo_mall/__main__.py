"""Draw the demo mall and write its IMDF: ``python -m floorplans.demo_mall``."""

from __future__ import annotations

from floorplans.demo_mall import PLAN_FOLDER, build
from floorplans.imdf import write_plan

if __name__ == "__main__":
    plan = build()
    write_plan(plan, PLAN_FOLDER)
    print(f"{plan.name.en}, version {plan.version}: {PLAN_FOLDER}")  # noqa: T201  # a script says what it did
