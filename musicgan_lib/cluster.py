"""Work spread by Dask over the cores of this machine, or over a cluster:
Slurm, Kubernetes, any that has a scheduler.
"""

import logging

_LOG = logging.getLogger(__name__)


def connect(scheduler=None, workers=2):
    """A ``distributed.Client``: of the scheduler at an address, or of ``workers`` processes of one thread on this
    machine.

    In a script call it below ``if __name__ == "__main__"``, since those processes import the script. ValueError without
    Dask, or for less than one worker; OSError where no scheduler answers within ten seconds.
    """
    try:
        import dask
        from distributed import Client
    except ImportError:
        raise ValueError("this takes Dask: pip install 'musicgan_lib[scale]'") from None
    if workers < 1:
        raise ValueError(f"{workers} workers: choose 1 or more")
    if scheduler is None:
        # by Dask's default freed memory goes back to the system at once: a third of the time of encoding went there
        with dask.config.set({"distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": None}):
            return Client(n_workers=workers, threads_per_worker=1, dashboard_address=":0")
    try:
        return Client(scheduler, timeout=10)
    except (OSError, ValueError) as reason:
        raise OSError(f"no Dask scheduler answers at {scheduler} ({reason})") from None


def spread(work, jobs, scheduler=None, workers=2, retries=0):
    """Call ``work(*job)`` for every job and yield ``(number, result, reason)`` in the order in which they end.

    The address of Dask's dashboard is logged. ``reason`` is None, or the exception of a job that failed
    ``1 + retries`` times. A job whose worker died is given to another one; after four such deaths that is its reason.
    Jobs see the folders and the environment of their worker.
    """
    with connect(scheduler, workers) as client:
        _LOG.info("watch it at %s", client.dashboard_link)
        from distributed import as_completed

        jobs = {client.submit(work, *j, pure=False, retries=retries): i for i, j in enumerate(jobs)}
        for future in as_completed(jobs):
            reason = future.exception()
            yield jobs[future], None if reason else future.result(), reason
