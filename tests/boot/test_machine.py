# SPDX-License-Identifier: BSD-2-Clause
"""Who waits for a machine does not take one that others slow down for one that hangs."""

import pytest

import machine


@pytest.mark.parametrize("waited, spent", [
    ({"1": 0, "2": 0}, 10),         # a CPU was there all the time
    ({"1": 4, "2": 7}, 3),          # the busiest thread counts
    ({"1": 10}, 1),                 # there is an end
    ({}, 10)])                      # a kernel that does not say it
def test_patience(monkeypatch, waited, spent):
    clock = iter([100, 110])
    said = iter([{thread: 50 for thread in waited}, {thread: 50 + more for thread, more in waited.items()}])
    monkeypatch.setattr(machine.time, "monotonic", lambda: next(clock))
    monkeypatch.setattr(machine, "waits", lambda pid: next(said))
    assert machine.Patience(1).now() == spent
