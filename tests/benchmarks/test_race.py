"""Two engines timed side by side: in turn, answers compared, and what is said without a peer."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest

from benchmarks import network_race
from benchmarks.network_mall import crowd_of, mall_667
from benchmarks.network_race import agreement, for_peer, race_network, time_of
from benchmarks.peer import ENVIRONMENT, HOW, peer_of, run_peer
from benchmarks.race import Lap, exponent, race
from benchmarks.report import page, section
from twin.errors import InputError, RunError


@pytest.fixture
def nobody(monkeypatch):
    """No peer is installed."""
    monkeypatch.setattr("benchmarks.race.peer_of", lambda _name: None)
    monkeypatch.setattr("benchmarks.peer.peer_of", lambda _name: None)
    monkeypatch.setattr("benchmarks.race.idle_check", lambda: {"idle": True, "others_before": 0.0})


@pytest.mark.usefixtures("nobody")
def test_ours_and_theirs_run_in_turn_and_the_medians_count(monkeypatch):
    monkeypatch.setattr("benchmarks.race.peer_of", lambda _name: ("python", "1.0"))
    called, mine, other = [], iter([9.0, 1.0, 2.0, 4.0]), iter([30.0, 20.0, 80.0])

    def ours():
        called.append("ours")
        return Lap(next(mine), 1.0, {})

    def theirs():
        called.append("theirs")
        return Lap(next(other), 10.0, {})

    found = race("peer", ours, theirs, rounds=3)
    assert called == ["ours"] + ["ours", "theirs"] * 3  # the first one compiles and does not count
    assert (found.ours_s, found.peer_s, found.ratio) == (2.0, 30.0, 15.0)
    document = found.document()
    assert (document["ratio_low"], document["ratio_high"]) == (10.0, 30.0)
    assert document["ratio_cpu"] == 10.0


@pytest.mark.usefixtures("nobody")
def test_without_the_peer_ours_is_timed_and_one_line_says_how_to_get_it(capsys):
    found = race_network(people=400, rounds=1)
    assert found["peer_s"] is None
    assert found["ratio"] is None
    assert found["ours_s"] > 0
    assert found["note"] == HOW.format(name="jupedsim-network")
    assert "make bench" in found["note"]
    assert capsys.readouterr().err.count("make bench") == 1
    json.dumps(found, allow_nan=False)
    assert "make bench" in "\n".join(section(found))
    with pytest.raises(RunError, match="make bench"):
        run_peer("jupedsim-network", "network.py", {})


def test_the_peer_gets_every_node_link_and_person_of_the_mall():
    mall = mall_667()
    people = crowd_of(mall, seed=1)
    document = for_peer(mall, people, 1)
    ways = sum(1 if other == "outside" else 2 for _one, other, *_more in document["doors"])
    assert len(document["rooms"]) + len(document["flights"]) + 1 == 667
    assert ways + 2 * len(document["flights"]) == 1326
    assert sum(len(speed) for _room, speed, _start in document["people"]) == 20_300
    assert np.sort(np.concatenate([s for _r, _v, s in document["people"]])) == pytest.approx(
        np.sort(people.start_s)
    )


def test_answers_agree_within_ten_percent_of_the_95_percent_time_and_not_beyond():
    mall = mall_667(100)
    ours = np.linspace(1.0, 100.0, 100)
    assert time_of(ours, 0.95, 100) == 95.0
    assert time_of(ours[:94], 0.95, 100) is None
    assert agreement(ours, ours * 1.08, mall)["agrees"] is True
    assert agreement(ours, ours * 1.2, mall)["agrees"] is False
    assert agreement(ours, ours * 1.25, mall)["t95_difference"] == pytest.approx(-0.2, abs=1e-3)
    assert agreement(ours, None, mall)["agrees"] is None


def test_the_exponent_of_a_power_is_that_power():
    sizes = np.array([10.0, 100.0, 1000.0])
    assert exponent(sizes, 3 * sizes**1.5) == pytest.approx(1.5)


def test_ours_lets_everybody_out_whatever_the_number():
    for people in (100, 1_000):
        mall = mall_667(people)
        lap = network_race.run_ours(mall, crowd_of(mall, seed=2))
        assert len(lap.found["out_s"]) == people
        assert lap.found["inside"] == 0


def test_a_peer_that_fails_is_named_with_its_reason(monkeypatch):
    """This interpreter stands in for the peer's: it has no such package, so the script ends with an error."""
    monkeypatch.setattr("benchmarks.peer.peer_of", lambda _name: (sys.executable, "0"))
    with pytest.raises(RunError, match=r"peer jupedsim-network 0: ModuleNotFoundError"):
        run_peer("jupedsim-network", "network.py", {})


def test_an_interpreter_that_is_not_there_is_named(monkeypatch):
    peer_of.cache_clear()
    monkeypatch.setenv(ENVIRONMENT, "no/such/python")
    with pytest.raises(InputError, match="no/such/python"):
        peer_of("jupedsim")
    peer_of.cache_clear()


@pytest.mark.usefixtures("nobody")
def test_the_page_says_what_could_not_be_run():
    found = {
        "machine": {
            "at": "now",
            "cores": 2,
            "processor": "p",
            "system": "s",
            "python": "3",
            "load_1_5_15_min": [0.0, 0.0, 0.0],
        },
        "network": race_network(people=200, rounds=1),
        "plan": {"reason": "no reference data"},
        "load_after": [0.0, 0.0, 0.0],
    }
    text = page(found)
    assert "Not run here: no reference data." in text
    assert "200 people leave a five-level mall of 667 nodes" in text
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


def test_the_command_prints_one_document():
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from twin.command import main; main()",
            "bench",
            "network",
            "--people",
            "300",
            "--rounds",
            "1",
            "--json",
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    wanted = {"ours_s", "peer_s", "ratio", "agreement", "people", "machine_load"}
    assert wanted <= set(document)
    assert document["people"] == 300


def test_the_sweep_says_what_it_calls_linear_and_whether_it_is():
    """Few people hardly queue, so here it is not; the rule stands beside the exponents."""
    found = network_race.sweep_network(sizes=(200, 400, 800), rounds=1)
    assert [row["people"] for row in found["sizes"]] == [200, 400, 800]
    assert [row["out"] for row in found["sizes"]] == [200, 400, 800]
    assert all(3.0 < row["events_per_person"] < 20.0 for row in found["sizes"])
    events = exponent(
        [200, 400, 800],
        [n * row["events_per_person"] for n, row in zip([200, 400, 800], found["sizes"], strict=True)],
    )
    assert found["events_exponent"] == pytest.approx(events, abs=0.005)
    assert found["linear"] == (
        events <= network_race.LINEAR_EVENTS and found["exponent"] <= network_race.LINEAR_TIME
    )
    assert "1.10" in found["rule"]
    assert found["rule"] in "\n".join(section({"benchmark": "network_sweep", **found}))
