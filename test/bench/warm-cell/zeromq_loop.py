"""Starts a kernel beside itself and times cells over ZeroMQ: reads a count a line, writes the milliseconds as a JSON list.

Arguments: the kernel's name, the code of a cell.
"""

import json
import sys
import time

from jupyter_client.manager import KernelManager

PATIENCE = 60

kernel_name, code = sys.argv[1:]
manager = KernelManager(kernel_name=kernel_name, transport="ipc")
manager.start_kernel()
client = manager.blocking_client()
client.start_channels()
client.wait_for_ready(timeout=PATIENCE)


def run_cell():
    """Until the reply and the end of the output are there, which is when a cell is done."""
    asked = client.execute(code)
    while True:
        message = client.get_iopub_msg(timeout=PATIENCE)
        ended = message["msg_type"] == "status" and message["content"]["execution_state"] == "idle"
        if ended and message["parent_header"].get("msg_id") == asked:
            break
    assert client.get_shell_msg(timeout=PATIENCE)["content"]["status"] == "ok"


def timed():
    start = time.perf_counter()
    run_cell()
    return (time.perf_counter() - start) * 1000


print("ready", flush=True)
for line in sys.stdin:
    print(json.dumps([timed() for _ in range(int(line))]), flush=True)

client.stop_channels()
manager.shutdown_kernel(now=True)
