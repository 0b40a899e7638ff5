#!/bin/sh
# Generates the parser from the grammar and fails when that is not what is committed.
set -eu
cd "$(dirname "$0")/.."
dotnet build src/ScriptedSip.Script -c Release --nologo -v quiet -p:RegenerateGrammar=true
if ! git diff --exit-code --stat -- src/ScriptedSip.Script/Syntax/Generated; then
  echo "grammar: the committed parser differs from what the grammar generates; commit the new one" >&2
  exit 1
fi
if [ -n "$(git ls-files --others --exclude-standard -- src/ScriptedSip.Script/Syntax/Generated)" ]; then
  echo "grammar: generated files are not committed" >&2
  exit 1
fi
echo "grammar: the committed parser is what the grammar generates"
