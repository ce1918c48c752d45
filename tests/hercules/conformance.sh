# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154,SC2034 # variables of run
# The programs of tests/essa on both machines: each case that passes on QEMU passes on
# Hercules, or the reason is known.

about='' programs=()
while read -r name _; do
	programs+=("$name")
done < <(grep -v '^#' "$essa/programs")

# on MACHINE: there, to $out/MACHINE.log
on() {
	: >"$out/$1.log"
	MACHINE=$1 "$essa/run" "${programs[@]}" </dev/null >"$out/$1.log" 2>&1 &
	child=$!
}

on hercules
while IFS= read -r line; do
	[[ $line == *' passed, '*' skipped' ]] || result 'on Hercules: ' "$line" || echo "$line"
done < <(tail --pid="$child" -n +1 -f "$out/hercules.log")
wait "$child"
status=$?
[ "$status" -le 1 ] || not_ok 'the programs on Hercules' "$(tail -n 1 "$out/hercules.log")"

about='conformance: '
on qemu
wait "$child"
status=$?
child=''
if [ "$status" -gt 1 ]; then
	skip 'against QEMU' "$(tail -n 1 "$out/qemu.log")"
else
	while IFS= read -r line; do
		result '' "$line" || echo "$line"
	done < <(awk -f "$here/conformance.awk" "$out/qemu.log" "$out/hercules.log")
fi
