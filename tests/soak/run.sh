#!/usr/bin/env bash
# Calls with parallel and serial forking, random CANCELs and lost datagrams, in a network of its own (needs root, SIPp and nft or iptables).
#   tests/soak/run.sh [CALLS] [RATE]      default: 2000 calls at 200 a second; the full soak: 100000 400
# Two times of five the caller gives up: at the first provisional, before or after the 180, at the same moment as the 200. The kernel drops 2 % of all
# datagrams, of each hop and in both directions.
# Fails when a call has not ended at its caller, when a transaction is left 64*T1 later, or when the heap has grown.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
if [ "${1:-}" != --inside ]; then
    if [ -z "${SCRIPTEDSIP:-}" ]; then
        dotnet build "$root/src/ScriptedSip.Server" -c Release -v quiet --nologo
        export SCRIPTEDSIP=$root/src/ScriptedSip.Server/bin/Release/net10.0/scriptedsip
    fi
    # A process namespace too: what is started here ends with it.
    exec unshare -n -p --fork --kill-child "$0" --inside "${1:-2000}" "${2:-200}"
fi
calls=$2
rate=$3
loss=2              # percent
quiet=60            # seconds: the longest life after the last call is 64*T1; then the pools are trimmed twice
heap_slack=2097152  # bytes: what the collector and the just-in-time compiler move by themselves

ip link set lo up
work=$(mktemp -d)
helpers=()
stop() { kill "${helpers[@]}" 2>/dev/null || true; rm -rf "$work"; }
trap stop EXIT

"$SCRIPTEDSIP" -f "$here/soak.cfg" 2>"$work/log" &
server=$!
helpers+=($server)

# sip NAME OPTIONS...: a call that waits longer than the script's timers has failed.
sip() {
    local name=$1
    shift
    sipp "$@" -i 127.0.0.1 -nostdin -buff_size 4194304 -recv_timeout 70000 -default_behaviors all,-abortunexp,-bye \
        -trace_stat -stf "$work/$name.csv" -fd 1 >"$work/$name.out" 2>&1 || true
}
for port in 5071 5072 5073; do
    sip phone-$port -sf "$here/phone.xml" -p $port &
    helpers+=($!)
done
sleep 1
load() { sip "$1" -sf "$here/caller.xml" -p 5080 -m "$2" -r "$3" -l 1000000 127.0.0.1:5060; }

lose() {
    if command -v nft >/dev/null; then
        nft add table ip soak
        nft add chain ip soak arriving '{ type filter hook input priority 0; }'
        nft add rule ip soak arriving meta l4proto udp numgen random mod 100 \< $loss counter drop
    else
        iptables -A INPUT -p udp -m statistic --mode random --probability 0.0$loss -j DROP
    fi
}
dropped() { if command -v nft >/dev/null; then nft list table ip soak; else iptables -L INPUT -v; fi | grep -io 'packets [0-9]*\|^ *[0-9].*DROP' | grep -o '[0-9]*' | head -1; }

status() {
    local from
    from=$(wc -l <"$work/log")
    kill -USR1 $server
    until tail -n +$((from + 1)) "$work/log" | grep -q ConnectionsRefused; do sleep 0.1; done
    tail -n +$((from + 1)) "$work/log"
}
figure() { awk -v name="$2" '$1 == name { print $2 }' <<<"$1"; }
column() { awk -F';' -v name="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i } END { print $at + 0 }' "$work/$1.csv"; }

load warm 200 100
sleep 15
before=$(status)
lose
started=$(date +%s)
load soak "$calls" "$rate"
echo "$calls calls in $(($(date +%s) - started)) s"
sleep $quiet
after=$(status)

failed=0
cancelled=$(column soak 'cancelled(C)')
refused=$(column soak 'refused(C)')
lone=$(column soak 'lone(C)')
answered=$(($(column soak 'SuccessfulCall(C)') - cancelled - refused - lone))
unaccounted=$((calls - answered - cancelled - refused - lone))
echo "$answered answered and hung up, $lone hung up on a phone that did not answer, $cancelled cancelled, $refused cancelled but refused before, $unaccounted unaccounted for; $(dropped) datagrams dropped"
[ $unaccounted -eq 0 ] || failed=1
left=$(figure "$after" Transactions)
[ "$left" -eq 0 ] || { echo "FAIL $left transactions left"; failed=1; }
grown=$(($(figure "$after" HeapBytes) - $(figure "$before" HeapBytes)))
[ $grown -le $heap_slack ] || { echo "FAIL the heap has grown by $grown bytes"; failed=1; }
for name in Transactions BuffersHeld HeapBytes Retransmissions TransactionTimeouts ScriptFailures WorkerFailures; do
    printf '%-20s %10d -> %10d\n' $name "$(figure "$before" $name)" "$(figure "$after" $name)"
done
exit $failed
