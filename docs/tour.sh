#!/usr/bin/env bash
# Makes what docs/tour.md shows: trains mnist_mlp twice with one line changed, compares, and takes the pictures in Chromium.
# docs/tour.sh            about two minutes; RUNNER names another program than ./runner
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
runner=${RUNNER:-./runner}
mkdir -p artifacts
work=$(mktemp -d "$PWD/artifacts/tour-XXXXXX") # in the repository, so that both runs know their commit
trap 'rm -rf "$work"' EXIT

say() { # what is typed, and what is answered, without what is this machine's alone
  printf '$ runner %s\n' "$1"
  "$runner" "${@:2}" --runs "$work/runs" 2>/dev/null | sed -e "s|$work/||g" -e 's/ *$//'
}

sed 's/units: 128/units: 256/' experiments/mnist_mlp.yaml >"$work/mnist_mlp.yaml"
{ diff -U 0 experiments/mnist_mlp.yaml "$work/mnist_mlp.yaml" || true; } | grep '^[-+] ' >docs/tour/change.txt
once=(--set input_fns.train.num_epochs=1 --runs "$work/runs")
"$runner" run experiments/mnist_mlp.yaml "${once[@]}" >/dev/null
"$runner" run "$work/mnist_mlp.yaml" "${once[@]}" >/dev/null
say 'list' list >docs/tour/list.txt
say "compare 'mnist_mlp/*'" compare 'mnist_mlp/*' >docs/tour/compare.txt
"$runner" compare 'mnist_mlp/*' --runs "$work/runs" --html "$work/compare.html" >/dev/null
TOUR_RUNS=$work/runs TOUR_PAGE=$work/compare.html TOUR_PICTURES=$PWD/docs/tour \
  dotnet test tests/Runner.Tests --nologo -v quiet --filter FullyQualifiedName~TourTests

# The answers go into the page: each after the comment that names its file.
awk '
  /^<!-- [a-z]+\.txt -->$/ { print; file = "docs/tour/" $2; getline; print; while ((getline line < file) > 0) print line; while ((getline line) > 0 && line != "```"); print "```"; next }
  { print }
' docs/tour.md >"$work/tour.md"
cp "$work/tour.md" docs/tour.md
