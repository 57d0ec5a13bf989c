"""A parcel hands a value to a new process without waiting for it."""

import multiprocessing
import pickle

import pytest

from twin.plan.parcel import Parcel


def version_of(parcel, answer):
    answer.put(parcel.open().version)


def test_the_value_arrives_whole_in_a_spawned_process(two_storey_plan):
    context = multiprocessing.get_context("spawn")
    parcel, answer = Parcel(two_storey_plan), context.Queue()
    # A pipe holds 64 kB: what goes through it at the start must be far below, or the parent waits.
    assert len(pickle.dumps(parcel)) < 1_000
    process = context.Process(target=version_of, args=(parcel, answer))
    process.start()
    assert answer.get(timeout=60) == two_storey_plan.version
    process.join(10)
    parcel.close()
    assert not parcel.path.exists()


def test_a_closed_parcel_cannot_be_opened():
    parcel = Parcel([1, 2])
    parcel.close()
    parcel.close()
    with pytest.raises(FileNotFoundError):
        parcel.open()
