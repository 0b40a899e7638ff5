#!/usr/bin/env bash
# Everything that must hold before a change goes in: build, format, tests, the reliability kit where there is one, shipped scripts, grammar.
# RELIABILITY_KIT names the folder of the kit (tests/kits/run.sh); it is not part of this repository.
set -euo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

step() { printf '\n== %s\n' "$*"; }

step "build (warnings are errors)"
dotnet build ScriptedSip.sln -c Release --nologo -v quiet

step "format"
dotnet format whitespace ScriptedSip.sln --verify-no-changes --no-restore
dotnet format style ScriptedSip.sln --verify-no-changes --no-restore

step "tests"
dotnet test tests/ScriptedSip.Tests -c Release --no-build --nologo

step "reliability kit"
kit=${RELIABILITY_KIT:-../shared/reliability}
if [ ! -f "$kit/conformance.py" ]; then
  echo "not run: there is no $kit"
elif ! unshare -n -m true 2>/dev/null; then
  echo "not run: this needs the right to make a network namespace"
else
  SCRIPTEDSIP=$PWD/src/ScriptedSip.Server/bin/Release/net10.0/scriptedsip tests/kits/run.sh "$kit" fast torture
fi

step "shipped scripts"
for script in scripts/*.cfg scripts/*/*.cfg; do
  dotnet src/ScriptedSip.Server/bin/Release/net10.0/scriptedsip.dll check "$script"
done

step "grammar"
if command -v java >/dev/null && command -v npm >/dev/null; then
  sh grammar/verify.sh
elif [ -n "${CI:-}" ]; then
  echo "the grammar cannot be verified: java or npm is missing" >&2
  exit 1
else
  echo "not verified: this needs java and npm"
fi
