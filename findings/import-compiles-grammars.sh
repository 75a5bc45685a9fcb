#!/usr/bin/env bash
# Importing jsonschema compiles grammars, which is most of a Jupyter server's start: jsonschema 4.26.0, rfc3987-syntax 1.1.0.
#
# Seen: jupyter-events 0.12.1, which every Jupyter server and kernel gateway imports, asks for jsonschema[format-nongpl], and with
# it comes rfc3987-syntax. jsonschema imports that as soon as it is imported itself, and it makes a Lark parser for each rule of
# its grammar at once, whether or not any schema has the format iri. That takes several times as long as all else of the import;
# without the package jsonschema works on and does not check these two formats.
#
# Printed:
#   parsers made by "import jsonschema": 39
#   processor time with and without: more than 3 times
#   without: iri is not checked, uri is
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
python="$folder/venv/bin/python"
"$python" -m pip --disable-pip-version-check --quiet install "jsonschema[format-nongpl]==4.26.0" rfc3987-syntax==1.1.0 lark==1.3.1

seconds() {
  "$python" -c 'import time; begin = time.process_time(); import jsonschema; print(time.process_time() - begin)'
}
made=$("$python" - <<'PYTHON'
import lark

made = 0
make = lark.Lark.__init__

def count(self, *arguments, **options):
    global made
    made += 1
    make(self, *arguments, **options)

lark.Lark.__init__ = count
import jsonschema
print(made)
PYTHON
)
seconds > "$folder/compiled"
with=$(seconds)
"$python" -m pip --quiet uninstall --yes rfc3987-syntax lark
without=$(seconds)
printed=$(cat <<TEXT
parsers made by "import jsonschema": $made
processor time with and without: $("$python" -c "print('more than 3 times' if $with > 3 * $without else 'less')")
without: $("$python" -c '
from jsonschema import FormatChecker
formats = FormatChecker().checkers
print("iri is not checked, uri is" if "iri" not in formats and "uri" in formats else sorted(formats))')
TEXT
)
printf '%s\n' "$printed"
expected='parsers made by "import jsonschema": 39
processor time with and without: more than 3 times
without: iri is not checked, uri is'
[ "$printed" = "$expected" ] || { echo "This has changed: $with s with, $without s without." >&2; exit 1; }
