#!/usr/bin/env bash
# A magic that does not exist ends a cell with an error that is none among its outputs: IPython 9.18.1 in ipykernel 7.4.0.
#
# Seen: `%nosuchmagic` is a UsageError. Its reply says so, but among the outputs is no message of type "error", only text on stderr;
# every other error comes both ways. A client that learns of errors from outputs, as front ends do to show them, has none to show.
#
# Printed:
#   1 / 0: outputs ['error', 'status'], reply error, ename ZeroDivisionError
#   %nosuchmagic: outputs ['status', 'stream'], reply error, ename UsageError
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip --disable-pip-version-check --quiet install ipykernel==7.4.0 ipython==9.18.1 jupyter-client==8.10.0
printed=$(HOME=$folder "$folder/venv/bin/python" - 2>/dev/null <<'PYTHON'
from jupyter_client.manager import start_new_kernel

manager, client = start_new_kernel(kernel_name="python3")
for code in ("1 / 0", "%nosuchmagic"):
    outputs = []
    reply = client.execute_interactive(code, timeout=60, output_hook=lambda message: outputs.append(message["msg_type"]))
    content = reply["content"]
    print(f"{code}: outputs {sorted(set(outputs) - {'execute_input'})}, reply {content['status']}, ename {content.get('ename')}")
client.stop_channels()
manager.shutdown_kernel(now=True)
PYTHON
)
printf '%s\n' "$printed"
expected="1 / 0: outputs ['error', 'status'], reply error, ename ZeroDivisionError
%nosuchmagic: outputs ['status', 'stream'], reply error, ename UsageError"
[ "$printed" = "$expected" ] || { echo "This has changed." >&2; exit 1; }
