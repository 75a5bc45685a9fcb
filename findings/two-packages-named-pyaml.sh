#!/usr/bin/env bash
# Two packages of PyPI are imported as `pyaml`: the YAML printer pyaml 26.7.0 and the accelerator middle layer,
# accelerator-middle-layer 0.3.2. pip 23.2.1 installs one over the other without a word.
#
# Seen: after both, `pip list` has both, but `pyaml/__init__.py` is the middle layer's and `pyaml.dump` is gone; after the
# middle layer is uninstalled, pip still lists pyaml 26.7.0, whose `__init__.py` went with the other: `import pyaml` gives
# an empty namespace package. So neither an installed package's name nor a successful import tells which of them code uses.
#
# Printed:
#   printer alone: dump True
#   both: listed pyaml 26.7.0 and accelerator-middle-layer 0.3.2; dump in __init__.py False
#   middle layer gone again: listed pyaml 26.7.0; dump False
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
pip() { "$folder/venv/bin/python" -m pip --disable-pip-version-check --quiet "$@"; }
python() { "$folder/venv/bin/python" "$@"; }
version() { python -c 'import importlib.metadata as m, sys; print(m.version(sys.argv[1]))' "$1"; }
init="$(python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/pyaml/__init__.py"

# Only what lies in the packages matters here, so nothing that they depend on is installed but what the printer imports.
pip install --no-deps pyaml==26.7.0 PyYAML==6.0.3
alone="printer alone: dump $(python -c 'import pyaml; print(hasattr(pyaml, "dump"))')"
pip install --no-deps accelerator-middle-layer==0.3.2
has_dump=$(grep -q 'def dump' "$init" && echo True || echo False)
both="both: listed pyaml $(version pyaml) and accelerator-middle-layer $(version accelerator-middle-layer); dump in __init__.py $has_dump"
pip uninstall --yes accelerator-middle-layer
gone="middle layer gone again: listed pyaml $(version pyaml); dump $(python -c 'import pyaml; print(hasattr(pyaml, "dump"))')"

printf '%s\n' "$alone" "$both" "$gone"
expected='printer alone: dump True
both: listed pyaml 26.7.0 and accelerator-middle-layer 0.3.2; dump in __init__.py False
middle layer gone again: listed pyaml 26.7.0; dump False'
[ "$(printf '%s\n' "$alone" "$both" "$gone")" = "$expected" ] || { echo "This has changed." >&2; exit 1; }
