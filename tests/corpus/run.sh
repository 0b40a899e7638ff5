#!/usr/bin/env bash
# How many scripts of a collection parse, how many load without an error, and what the others wait for.
# usage: tests/corpus/run.sh DIRECTORY [GROUP]     GROUP: only the scripts the collection's manifest.csv puts there, each with its reasons
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet run --project tests/ScriptedSip.Bench -c Release -v quiet -- corpus-load "$@"
