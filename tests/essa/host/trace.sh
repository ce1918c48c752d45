# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154 # variables of machine.sh
# Trace events: they are there, and tell of what happens.

events=(essa lend take_back missing unused_access skip)

listed=$("$QEMU" -trace help 2>&1)
missing=
for event in "${events[@]}"; do
	grep -qx "s390_page_states_$event" <<<"$listed" || missing+=" $event"
done
if [ -z "$missing" ]; then
	ok "host/trace: the events are there"
else
	not_ok "host/trace: the events are there" "not$missing"
fi

expected() {
	sed -n "s/\r//; s/^expect $1 //p" "$work/console"
}

lines() { # EVENT [PATTERN]
	grep -c "s390_page_states_$1 .*${2-}" "$work/trace"
}

build lending
lender always 0
start_qemu "${machine[@]}" "${lender[@]}" -serial "file:$work/console" -kernel "$out/lending.elf" \
	-trace 's390_page_states_*' -D "$work/trace"
if ! await_ready 1; then
	not_ok "host/trace: a machine that lends"
elif ! grep -q s390_page_states_ "$work/trace"; then
	skip "host/trace: what they tell" "this QEMU does not write events to its log"
else
	# The pages that nobody has touched were set volatile once, and are gone.
	complaints=
	while read -r address; do
		page=$(printf 0x%x $((address / 4096)))
		[ "$(lines essa "page $page op 3: 0x0[02] -> ")" = 1 ] || complaints+="; page $page: not set volatile once"
		[ "$(lines take_back "page $page ")" = 0 ] || complaints+="; page $page: taken back"
	done < <(expected untouched)
	get_states
	lent=$(awk '/s390_page_states_lend / { sum += $NF } END { print sum + 0 }' "$work/trace")
	[ "$lent" = "$(number lent)" ] || complaints+="; $lent pages lent, not $(number lent)"
	[ "$(lines take_back)" = "$(number taken-back)" ] ||
		complaints+="; $(lines take_back) taken back, not $(number taken-back)"
	if [ -z "$complaints" ]; then
		ok "host/trace: what they tell"
	else
		not_ok "host/trace: what they tell" "${complaints#; }"
	fi
fi
