"""A plan crosses to a worker process while other threads look things up in it."""

import pickle
import threading


def test_a_plan_can_be_pickled_while_another_thread_reads_it(two_storey_plan):
    """Pickling writes the fields alone, so that a look-up that is made meanwhile cannot break it."""
    done = threading.Event()

    def look_up() -> None:
        while not done.is_set():
            for name in ("space", "level", "exit", "opening", "connector", "tenant", "device", "tenant_of"):
                two_storey_plan.__dict__.pop(name, None)
                getattr(two_storey_plan, name)

    reader = threading.Thread(target=look_up)
    reader.start()
    try:
        copies = [pickle.loads(pickle.dumps(two_storey_plan)) for _ in range(100)]  # noqa: S301 - our own bytes
    finally:
        done.set()
        reader.join()
    assert all(copy == two_storey_plan for copy in copies)


def test_a_pickled_plan_carries_no_look_ups(two_storey_plan):
    two_storey_plan.space  # noqa: B018 - makes the look-up
    assert "space" not in two_storey_plan.__getstate__()
