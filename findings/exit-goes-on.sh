#!/usr/bin/env bash
# In a kernel `exit()` does not end the code that calls it: ipykernel 7.4.0, IPython 9.18.1.
#
# Seen: what stands behind `exit()` in a cell runs, the reply says "ok", and the kernel shuts down afterwards. `sys.exit()` and
# `raise SystemExit` do end the cell, but the reply calls even status 0 an error, and the kernel lives. So code that was
# written as a script, where all three do the same, goes on behind its end by one of them and fails by the others.
#
# Printed:
#   exit(): what stands behind it runs, reply ok, the kernel is gone
#   import sys; sys.exit(0): what stands behind it does not run, reply error, the kernel lives
#   raise SystemExit: what stands behind it does not run, reply error, the kernel lives
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip --disable-pip-version-check --quiet install ipykernel==7.4.0 ipython==9.18.1 jupyter-client==8.10.0
printed=$(HOME=$folder "$folder/venv/bin/python" - 2>/dev/null <<'PYTHON'
import time
from jupyter_client.manager import start_new_kernel

for end in ("exit()", "import sys; sys.exit(0)", "raise SystemExit"):
    manager, client = start_new_kernel(kernel_name="python3")
    printed = []

    def hear(message):
        if message["msg_type"] == "stream":
            printed.append(message["content"]["text"])

    reply = client.execute_interactive(f"{end}\nprint('behind it', end='')", timeout=60, output_hook=hear)
    patience = time.monotonic() + 5
    while manager.is_alive() and time.monotonic() < patience:
        time.sleep(0.1)
    ran = "runs" if "behind it" in "".join(printed) else "does not run"
    lives = "lives" if manager.is_alive() else "is gone"
    print(f"{end}: what stands behind it {ran}, reply {reply['content']['status']}, the kernel {lives}")
    client.stop_channels()
    manager.shutdown_kernel(now=True)
PYTHON
)
printf '%s\n' "$printed"
expected='exit(): what stands behind it runs, reply ok, the kernel is gone
import sys; sys.exit(0): what stands behind it does not run, reply error, the kernel lives
raise SystemExit: what stands behind it does not run, reply error, the kernel lives'
[ "$printed" = "$expected" ] || { echo "This has changed." >&2; exit 1; }
