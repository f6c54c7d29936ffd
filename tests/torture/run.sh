#!/usr/bin/env bash
# Kills runs at random moments, fills their disks, flips bits in their checkpoints, resumes them, and compares what comes out with a
# run that nothing happened to. --short does a few of each; --kills N, --full N, --flips N, --seed N say how many and which.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
dotnet build src/Runner -c Release -v quiet && dotnet build tests/torture -c Release -v quiet || exit 1
exec dotnet artifacts/bin/Torture/release/ExperimentRunner.Torture.dll artifacts/bin/Runner/release/runner.dll tests/torture/experiments "$@"
