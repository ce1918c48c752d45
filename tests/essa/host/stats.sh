# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154 # variables of machine.sh
# query-stats says what query-s390x-page-states says, and the ages of pages that
# are lent besides.

operations=(essa-get essa-stable essa-unused essa-volatile essa-potentially-volatile
	essa-stable-resident essa-stable-if-not-discarded essa-stable-no-dat)

# Complaints are what a check prints.
examine() { # NAME COMMAND...
	local name="host/stats: $1" said
	shift
	said=$("$@")
	if [ -z "$said" ]; then ok "$name"; else not_ok "$name" "${said//$'\n'/; }"; fi
}

ask() { # FILTER
	stats=$(qmp query-stats "{\"target\": \"vm\"$1}")
}

stat_value() { # NAME: in $stats, whichever way round
	[[ $stats =~ \"name\":\ \"$1\",\ \"value\":\ ([0-9]+) ||
		$stats =~ \"value\":\ ([0-9]+),\ \"name\":\ \"$1\" ]] && echo "${BASH_REMATCH[1]}"
}

ages() {
	[[ $stats =~ \"value\":\ \[([0-9, ]*)\] ]] && echo "${BASH_REMATCH[1]//,/}"
}

same_numbers() {
	local name i found counts
	[[ $states =~ \"essa\":\ \[([0-9, ]+)\] ]] && IFS=', ' read -ra counts <<<"${BASH_REMATCH[1]}"
	for ((i = 0; i < 8; i++)); do
		found=$(stat_value "${operations[i]}")
		[ "$found" = "${counts[i]}" ] || echo "${operations[i]}: $found, not ${counts[i]}"
	done
	for name in lent taken-back discarded faults; do
		found=$(stat_value $name)
		[ "$found" = "$(number $name)" ] || echo "$name: $found, not $(number $name)"
	done
}

none_is_lent() { [ -z "$(ages | tr -d '0 ')" ] || ages; }

# What is lent now is what was lent and not taken back.
lent_now() { echo $(($(number lent) - $(number taken-back))); }

sum_of_ages() {
	local sum=0 n
	for n in $(ages); do sum=$((sum + n)); done
	[ "$sum" = "$(lent_now)" ] || echo "$sum, not $(lent_now)"
	[ "$sum" -gt 0 ] || echo "nothing is lent"
}

# Of its 300 pages lent.c has made 30 stable.
stable_is_back() { [ "$(lent_now)" -le 270 ] || echo "$(lent_now) pages are lent"; }

# Bucket 0 is for less than a second, bucket n for less than 2^n.
age_by() {
	local first later i sum_first=0 sum_later=0
	read -ra first <<<"$1"
	read -ra later <<<"$2"
	for i in "${!first[@]}"; do
		sum_first=$((sum_first + first[i]))
		sum_later=$((sum_later + later[i]))
		# No page is ever younger than it was.
		[ "$sum_later" -le "$sum_first" ] || echo "bucket $i: $sum_later, before $sum_first"
	done
	[ "${later[0]}" = 0 ] && [ "${later[1]}" = 0 ] || echo "after 3 s: $2"
	[ "$sum_later" -gt 0 ] || echo "none"
}

one_name() {
	ask ', "providers": [{"provider": "page-states", "names": ["faults"]}]'
	[ "$(grep -o '"name"' <<<"$stats" | wc -l)" = 1 ] && [ -n "$(stat_value faults)" ] || echo "$stats"
	ask ', "providers": [{"provider": "page-states", "names": ["lent-age"]}]'
	[ "$(grep -o '"name"' <<<"$stats" | wc -l)" = 1 ] && [ -n "$(ages)" ] || echo "$stats"
	ask ', "providers": [{"provider": "page-states", "names": ["nonsense"]}]'
	[[ $stats == '{"return": []}' ]] || echo "$stats"
	ask ', "providers": [{"provider": "cryptodev"}]'
	[[ $stats != *page-states* ]] || echo "$stats"
}

schemas() {
	local answer name
	answer=$(qmp query-stats-schemas '{"provider": "page-states"}')
	for name in "${operations[@]}" lent taken-back discarded faults lent-age; do
		[[ $answer == *"\"name\": \"$name\""* ]] || echo "no $name"
	done
	[ "$(grep -o '"name"' <<<"$answer" | wc -l)" = 13 ] || echo "$(grep -o '"name"' <<<"$answer" | wc -l) names"
	[ "$(grep -o '"type": "cumulative"' <<<"$answer" | wc -l)" = 12 ] || echo "not 12 are cumulative"
	[[ $answer == *log2-histogram* && $answer == *seconds* ]] || echo "no histogram of seconds"
	[[ $answer == *'"target": "vm"'* ]] || echo "not of the machine"
	[[ $(qmp query-stats-schemas) == *lent-age* ]] || echo "not among all"
}

other_target() {
	stats=$(qmp query-stats '{"target": "vcpu"}')
	[[ $stats != *page-states* ]] || echo "$stats"
}

shown() {
	local text n
	text=$(hmp info stats vm)
	for n in essa-get faults lent-age; do
		grep -q "$n" <<<"$text" || echo "info stats: no $n"
	done
	text=$(hmp info page-states)
	n=$(awk '/^lent for less than/ { sum += $NF } END { print sum + 0 }' <<<"$text")
	[ "$n" = "$(lent_now)" ] || echo "info page-states: ages of $n pages, not $(lent_now)"
}

lender always 3600000
if start_machine states; then
	get_states
	ask ''
	examine "numbers of what a guest has done" same_numbers
	examine "schemas" schemas
	examine "by name" one_name
	examine "no other target" other_target
	examine "nothing is lent yet" none_is_lent
else
	not_ok "host/stats: a machine with known states"
fi
stop_machine

lender host 0
lender+=(-global "$device.wait-for-pressure=off")
if start_machine lent; then
	sleep 0.5
	ask ''
	get_states
	examine "numbers of a lender" same_numbers
	examine "every page that is lent has an age" sum_of_ages
	examine "no stable page is lent" stable_is_back
	younger=$(ages)
	sleep 3
	ask ''
	examine "they grow older" age_by "$younger" "$(ages)"
	examine "in HMP" shown
else
	not_ok "host/stats: a machine that lends"
fi
stop_machine

# Without the facility there is nothing to be had.
start_qemu "${machine[@]}" -cpu max,cmm=off,cmmnt=off -kernel "$out/states.elf" -S
if [[ $(qmp query-stats '{"target": "vm"}') == *page-states* ||
	$(qmp query-stats-schemas) == *lent-age* ]]; then
	not_ok "host/stats: nothing without the facility" "$(qmp query-stats '{"target": "vm"}')"
else
	ok "host/stats: nothing without the facility"
fi
