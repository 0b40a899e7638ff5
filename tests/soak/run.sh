#!/usr/bin/env bash
# Calls with forking, serial forking, random CANCELs and 2 % of all datagrams lost, in a network of its own (needs root and SIPp).
#   tests/soak/run.sh [CALLS] [RATE]      default: 2000 calls at 200 a second; the full soak: 100000 700
# Fails when a call has not ended as it should, when a transaction is left 64*T1 later, or when the heap has grown.
# SIPp loses the datagrams, both those it sends and those it is sent: every hop of the network ends at a SIPp, and not every kernel has netem.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
if [ "${1:-}" != --inside ]; then
    if [ -z "${SCRIPTEDSIP:-}" ]; then
        dotnet build "$root/src/ScriptedSip.Server" -c Release -v quiet --nologo
        export SCRIPTEDSIP=$root/src/ScriptedSip.Server/bin/Release/net10.0/scriptedsip
    fi
    exec unshare -n "$0" --inside "${1:-2000}" "${2:-200}"
fi
calls=$2
rate=$3
loss=2
quiet=37            # seconds: 64*T1, and then some
heap_slack=4194304  # bytes

ip link set lo up
work=$(mktemp -d)
helpers=()
stop() { kill "${helpers[@]}" 2>/dev/null || true; rm -rf "$work"; }
trap stop EXIT

"$SCRIPTEDSIP" -f "$here/soak.cfg" 2>"$work/log" &
server=$!
helpers+=($server)

phone() {
    sipp -sf "$1" -i 127.0.0.1 -p "$2" -lost $loss -nostdin -default_behaviors all,-abortunexp,-bye >/dev/null 2>&1 &
    helpers+=($!)
}
phone "$here/busy.xml" 5070
phone "$here/busy.xml" 5071
phone "$here/../sipp/callee-cancelled.xml" 5072
phone "$here/answers.xml" 5073
phone "$here/../sipp/callee-cancelled.xml" 5074
sleep 1

# caller NAME SCENARIO USER PORT CALLS RATE
caller() {
    sipp -sf "$here/$2.xml" -s "$3" -i 127.0.0.1 -p "$4" -m "$5" -r "$6" -l 1000000 -lost $loss -nostdin -recv_timeout 40000 \
        -default_behaviors all,-abortunexp,-bye -trace_stat -stf "$work/$1.csv" -fd 1 127.0.0.1:5060 >"$work/$1.out" 2>&1 || true
}
load() {  # PREFIX CALLS RATE: half answered, a quarter refused and then answered, a quarter cancelled
    local quarter=$(($2 / 4)) rate=$(($3 / 4 > 0 ? $3 / 4 : 1)) jobs=()
    caller "$1-answered" caller ring 5080 $(($2 - 2 * quarter)) $((rate * 2)) & jobs+=($!)
    caller "$1-refused" caller busy 5081 $quarter $rate & jobs+=($!)
    caller "$1-cancelled" canceller wait 5082 $quarter $rate & jobs+=($!)
    wait "${jobs[@]}"
}
status() {
    local from
    from=$(wc -l <"$work/log")
    kill -USR1 $server
    until tail -n +$((from + 1)) "$work/log" | grep -q ConnectionsRefused; do sleep 0.1; done
    tail -n +$((from + 1)) "$work/log"
}
figure() { awk -v name="$2" '$1 == name { print $2 }' <<<"$1"; }
column() { awk -F';' -v name="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i } END { print $at }' "$1"; }

load warm 40 200
before=$(status)
started=$(date +%s)
load soak "$calls" "$rate"
echo "$calls calls in $(($(date +%s) - started)) s, $loss % of the datagrams lost"
sleep $quiet
after=$(status)

failed=0
ended=0
for kind in answered refused cancelled; do
    file=$work/soak-$kind.csv
    good=$(column "$file" 'SuccessfulCall(C)')
    printf '%-10s made %7d  as expected %7d  failed %d\n' $kind "$(column "$file" 'TotalCallCreated')" "$good" "$(column "$file" 'FailedCall(C)')"
    ended=$((ended + good))
done
if [ $ended -ne "$calls" ]; then echo "FAIL $((calls - ended)) calls unaccounted for"; failed=1; fi
left=$(figure "$after" Transactions)
[ "$left" -eq 0 ] || { echo "FAIL $left transactions left"; failed=1; }
grown=$(($(figure "$after" HeapBytes) - $(figure "$before" HeapBytes)))
[ $grown -le $heap_slack ] || { echo "FAIL the heap has grown by $grown bytes"; failed=1; }
for name in Transactions BuffersHeld HeapBytes Retransmissions TransactionTimeouts ScriptFailures WorkerFailures; do
    printf '%-20s %10d -> %10d\n' $name "$(figure "$before" $name)" "$(figure "$after" $name)"
done
exit $failed
