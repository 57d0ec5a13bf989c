"""``twin drill``: evacuate a plan and say how long it takes, where it jams and which exit carries whom."""

from __future__ import annotations

from scenarios.commands import drill_options as options
from scenarios.commands.drill_words import show
from scenarios.documents import checked, load
from scenarios.drill import DrillScenario, answer_drill
from scenarios.drill_people import phases_of_words, smoke_of_words
from twin.console import print_document, printer, progress
from twin.errors import ScenarioError
from twin.plan.importing import open_plan


def drill(
    plan: options.Plan,
    people: options.People = None,
    load_: options.DesignLoad = False,  # noqa: FBT002 - typer makes flags of defaulted booleans
    engine: options.Engine = None,
    mode: options.Mode = None,
    crowd_level: options.CrowdLevel = None,
    replications: options.Replications = None,
    seed: options.Seed = None,
    block: options.Block = None,
    stop: options.Stop = None,
    phase: options.Phase = None,
    fire: options.Fire = None,
    population: options.Population = None,
    groups: options.Groups = None,
    smoke: options.Smoke = None,
    scenario: options.Scenario = None,
    trajectories: options.Trajectories = None,
    json: options.AsDocument = False,  # noqa: FBT002 - typer makes flags of defaulted booleans
    workers: options.Workers = 1,
) -> None:
    """Evacuate PLAN: clearance time with its interval, jams, and people by exit."""
    if load_ and people is not None:
        raise ScenarioError("--people and --load: give one of them")
    given = _scenario(scenario)
    changed: dict[str, object] = {
        "people": people,
        "blocked": (*given.blocked, *(block or ())),
        "stopped": (*given.stopped, *(stop or ())),
        "phases": {**given.phases, **phases_of_words(phase or [])},
        "fire": fire,
        "population": population,
        "groups": groups,
        "smoke": smoke_of_words(smoke) if smoke else None,
        "engine": engine,
        "mode": mode,
        "crowd_levels": (*given.crowd_levels, *(crowd_level or ())),
        "replications": replications,
        "seed": seed,
    }
    asked = checked(
        DrillScenario,
        given.model_dump() | {name: value for name, value in changed.items() if value is not None},
    )
    opened = open_plan(plan)
    with progress("drill", asked.replications) as advance:
        answer = answer_drill(opened, asked, progress=advance, workers=workers, trajectories=trajectories)
    if json:
        print_document(answer.document())
    else:
        show(printer(), answer)


def _scenario(path: str | None) -> DrillScenario:
    """The drill in the file at ``path``, or the default one."""
    if path is None:
        return DrillScenario()
    found = load(path)
    if not isinstance(found, DrillScenario):
        raise ScenarioError(f"{path}: kind {found.kind!r}, but this command needs a drill")
    return found
