#!/usr/bin/env bash
# Writes every model of the golden cases, and every layer, as ONNX and has ONNX's own checker judge each. Needs Debian's python3-onnx.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
/usr/bin/python3 -c 'import onnx' || { echo "python3-onnx is needed: apt-get install python3-onnx" >&2; exit 1; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
EXPERIMENTRUNNER_ONNX_FOLDER=$folder dotnet test tests/Engine.Tests --filter "FullyQualifiedName~OnnxTests" "$@"
/usr/bin/python3 - "$folder" <<'CHECK'
import glob, os, sys
import onnx
files = sorted(glob.glob(os.path.join(sys.argv[1], "*.onnx")))
refused = 0
for file in files:
    model = onnx.load(file)
    assert (model.ir_version, model.opset_import[0].version) == (8, 17), file
    try:
        onnx.checker.check_model(model, full_check=True)
    except Exception as problem:
        refused += 1
        print(f"{os.path.basename(file)}: {problem}")
print(f"{len(files) - refused} of {len(files)} files accepted by onnx {onnx.__version__}")
sys.exit(1 if refused or not files else 0)
CHECK
