"""A sweep on several workers: what one of them had in hand when it died is done by another."""

import csv
import json
import os
import signal

import pytest
import toy_notebook

from musicgan_lib.experiments import sweep


@pytest.fixture
def notebook(tmp_path):
    return toy_notebook.write(tmp_path)


def test_a_killed_worker_loses_no_result(notebook, tmp_path):
    from distributed import Client, LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster:
        with Client(cluster) as client:
            workers = client.run(os.getpid)

            def kill(done, every, told):
                if workers:
                    os.kill(workers.popitem()[1], signal.SIGKILL)

            index = sweep.sweep(
                notebook,
                {"ALPHA": [1, 2, 3, 4], "WAIT": [1.0]},
                tmp_path / "o",
                cluster.scheduler_address,
                on_point=kill,
            )
    told = [json.loads(p.read_text()) for p in index.parent.glob("points/*/point.json")]
    assert sorted(t["parameters"]["ALPHA"] for t in told if t["status"] == "done") == [1, 2, 3, 4]
    with open(index.parent / "table.csv") as file:
        assert sorted(r["score"] for r in csv.DictReader(file)) == ["10", "20", "30", "40"]
