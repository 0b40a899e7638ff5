#!/usr/bin/env bash
# Calls and registrations while the database is gone, in a network of its own (needs root, SIPp and PostgreSQL).
#   tests/soak/outage.sh MODE [SECONDS] [CALLS A SECOND] [REGISTERS A SECOND]      MODE is usrloc's db_mode, 1 or 2; default: 90 200 40
# A third of the time PostgreSQL runs, a third it is stopped, a third it runs again. Every registration is of a new phone; every call finds its phone by
# lookup() and is accounted in the database.
# Fails when a call fails, when a REGISTER gets no answer, when an acknowledged one or an account of a call is not in the database afterwards, when mode 2
# refuses one, or when the program has noticed no outage.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
if [ "${1:-}" != --inside ]; then
    case ${1:-} in 1 | 2) ;; *) sed -n '2,4s/^# \{0,1\}//p' "$0" >&2; exit 2 ;; esac
    if [ -z "${SCRIPTEDSIP:-}" ]; then
        dotnet build "$root/src/ScriptedSip.Server" -c Release -v quiet --nologo
        export SCRIPTEDSIP=$root/src/ScriptedSip.Server/bin/Release/net10.0/scriptedsip
    fi
    # A process namespace too: what is started here ends with it.
    exec unshare -n -p --fork --kill-child "$0" --inside "$1" "${2:-90}" "${3:-200}" "${4:-40}"
fi
mode=$2
seconds=$3
call_rate=$4
register_rate=$5
patience=60     # seconds until what was acknowledged must be in the database

ip link set lo up
work=$(mktemp -d)
chmod 711 "$work"
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"

bin=$(ls -d /usr/lib/postgresql/*/bin | tail -1)
url=postgres://scriptedsip@127.0.0.1/sip
mkdir data
chown postgres data
# Durable as in earnest: the disk is waited for.
postgres() { (cd data && setpriv --reuid=postgres --regid=postgres --clear-groups "$bin/$1" "${@:2}" >"$work/$1.out" 2>&1); }
start() { postgres pg_ctl -D "$work/data" -l "$work/data/log" -o "-k $work/data -c listen_addresses=127.0.0.1" -w start; }
query() { psql -h 127.0.0.1 -U scriptedsip -d sip -Atqc "$1"; }
postgres initdb -D "$work/data" -U scriptedsip -A trust -E UTF8
start
postgres createdb -h 127.0.0.1 -U scriptedsip sip
"$SCRIPTEDSIP" db init "$url" >/dev/null

"$SCRIPTEDSIP" -f "$here/outage.cfg" -A "DB_URL=\"$url\"" -A "DB_MODE=$mode" --ctl "$work/ctl" 2>log &
sleep 3

# sip NAME OPTIONS...: answers are waited for longer than the program may take.
sip() {
    local name=$1
    shift
    sipp "$@" -i 127.0.0.1 -nostdin -buff_size 4194304 -recv_timeout 40000 -trace_stat -stf "$name.csv" -fd 1 -trace_rtt -rtt_freq 1 \
        -trace_logs -log_file "$name.log" -trace_err -error_file "$name.errors" >"$name.out" 2>&1 || true
}
column() { awk -F';' -v name="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i } END { print $at + 0 }' "$1.csv"; }
slowest() { awk -F';' 'FNR > 1 && $2 > most { most = $2 } END { printf "%d", most }' "$1"_*_rtt.csv; }

# The phone that is called, heard of before anything happens.
sip first -sf "$root/tests/sipp/register.xml" -s bob -p 5071 -m 1 127.0.0.1:5060
[ "$(column first 'SuccessfulCall(C)')" -eq 1 ] || { echo "FAIL the phone could not register"; cat log; exit 1; }
sip phone -sf "$root/tests/sipp/callee.xml" -p 5071 &
sleep 1

calls=$((seconds * call_rate))
registers=$((seconds * register_rate))
{ echo SEQUENTIAL; seq -f 'phone%.0f' "$registers"; } >names
sip caller -sf "$root/tests/sipp/caller.xml" -s bob -p 5080 -m $calls -r "$call_rate" -l 1000000 127.0.0.1:5060 &
caller=$!
sip register -sf "$here/register.xml" -inf names -p 5081 -m $registers -r "$register_rate" -l 1000000 127.0.0.1:5060 &
register=$!
sleep $((seconds / 3))
postgres pg_ctl -D "$work/data" -m immediate -w stop
sleep $((seconds / 3))
start
wait $caller $register

sed -n 's/^acknowledged //p' register.log | sort -u >acknowledged
missing() { query 'SELECT username FROM location' | sort | comm -23 acknowledged - | wc -l; }
unaccounted() { query "SELECT $calls * 2 - count(DISTINCT (callid, method)) FROM acc WHERE sip_code = '200'"; }
for ((waited = 0; waited < patience; waited++)); do
    [ "$(missing)" -eq 0 ] && [ "$(unaccounted)" -eq 0 ] && break
    sleep 1
done

failed=0
# promise FIGURE TEXT: a figure that must be 0.
promise() { printf '%-58s %8d\n' "$2" "$1"; [ "$1" -eq 0 ] || { echo "FAIL $2"; failed=1; }; }
acknowledged=$(wc -l <acknowledged)
refused=$(grep -c '^refused' register.log || true)
printf '%-58s %8d\n' "db_mode" "$mode" "calls" "$calls"
promise $((calls - $(column caller 'SuccessfulCall(C)'))) "calls failed"
printf '%-58s %8d\n' "REGISTERs" "$registers" "REGISTERs acknowledged" "$acknowledged"
if [ "$mode" -eq 1 ]; then
    printf '%-58s %8d\n' "REGISTERs answered 503" "$refused"
else
    promise "$refused" "REGISTERs answered 503"
fi
promise $((registers - acknowledged - refused)) "REGISTERs without an answer"
promise "$(missing)" "acknowledged and not in the database afterwards"
promise "$(unaccounted)" "accounts of calls (INVITE, BYE) not in the database"
printf '%-58s %8d\n' "seconds until all was in the database" "$waited" \
    "slowest answer to an INVITE, ms" "$(slowest caller)" "slowest answer to a REGISTER, ms" "$(slowest register)"
for news in "cannot be reached" "is back"; do
    grep -q "$news" log || { echo "FAIL the program has not said that the database $news"; failed=1; }
done
if [ $failed -ne 0 ]; then head -n 40 caller.errors register.errors 2>/dev/null; fi
exit $failed
