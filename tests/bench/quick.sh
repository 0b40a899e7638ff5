#!/usr/bin/env bash
# Two minutes against Kamailio: the same scripts under both, in turns, and the ratio of CPU per call for each.
# Usage: tests/bench/quick.sh [HARNESS]   HARNESS: the folder of bench.py (default: $BENCH_HARNESS, then ../shared/bench); it is copied, not written to.
# Ends with 1 when a ratio is above its limit, or a row lost calls or could not be compared. Limits are looser than docs/performance.md: one short round on a machine that does other things.
set -euo pipefail
cd "$(dirname "$0")/../.."
harness=${1:-${BENCH_HARNESS:-../shared/bench}}
for needed in kamailio sipp python3; do
  command -v "$needed" >/dev/null || { echo "this needs $needed"; exit 2; }
done
[ -f "$harness/bench.py" ] || { echo "there is no $harness/bench.py; name the folder of the harness"; exit 2; }

dotnet build src/ScriptedSip.Server -c Release --nologo -v quiet
export SCRIPTEDSIP=$PWD/src/ScriptedSip.Server/bin/Release/net10.0/scriptedsip
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$harness"/{bench.py,cfg,sipp,proxies} "$work"
chmod -R u+w "$work"
(cd "$work" && python3 ./bench.py -p proxies/kamailio-c1-tuned.json -p proxies/scriptedsip.json -s a,b,d,e,p -n 1 -d 4 --work "$work/run") | tee "$work/table"

# Rows of the table: name, proxy, …, failed calls, drops, three more, ratio to the first proxy (0 when that has none). A lost call costs little.
awk '
  BEGIN { limit["a"] = 1; limit["b"] = 0.85; limit["d"] = 0.9; limit["e"] = 0.8; limit["p"] = 1.1 }
  $2 == "scriptedsip" && $1 in limit {
    seen++
    if ($NF > limit[$1]) { print $1 ": ratio " $NF " is above " limit[$1]; bad = 1 }
    if ($NF <= 0) { print $1 ": there is nothing to compare with"; bad = 1 }
    if ($(NF - 5) > 0) { print $1 ": " $(NF - 5) " calls failed"; bad = 1 }
  }
  END { if (seen < 5) { print "only " seen + 0 " of 5 rows were measured"; bad = 1 }; exit bad }
' "$work/table"
