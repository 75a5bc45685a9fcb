"""Waits for what the code started and what a script would wait for before it ends. The run's time limit ends that too."""

import sys
import threading


def wait_for_work(there_before):
    wait_for_pools()
    for thread in threading.enumerate():
        if thread not in there_before and not thread.daemon and thread is not threading.current_thread():
            thread.join()
    processes = sys.modules.get("multiprocessing")
    for process in processes.active_children() if processes else ():
        if not process.daemon:
            process.join()


def wait_for_pools():
    """Their threads end only when they are told that no more work comes, as the interpreter does when it ends."""
    pools = sys.modules.get("concurrent.futures.thread")
    if pools is None:
        return
    pools._shutdown = True
    try:
        queues = list(pools._threads_queues.items())
        for _, queue in queues:
            queue.put(None)
        for thread, _ in queues:
            thread.join()
    finally:
        pools._shutdown = False
