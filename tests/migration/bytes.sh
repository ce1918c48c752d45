# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154 # variables of machine.sh
# What travels: not the content of unused pages, nor of volatile ones unless
# that is asked for. Of 8 MiB of pages that are not zero (bulk.c).

bulk_kib=8192
# Some pages of the program's own, and 9 bytes for each page that is zero
other_kib=2048

# travelled SENT: to a file, and said by query-migrate
travelled() {
	local least=0 most=$other_kib kib
	[ "$1" = no ] || least=$bulk_kib most=$((bulk_kib + other_kib))
	at_once && migrate "file:$files/bulk" && ended completed || return
	for kib in $(($(stat -c %s "$files/bulk") / 1024)) $(($(of_migration transferred) / 1024)); do
		[ "$kib" -ge $least ] && [ "$kib" -le $most ] ||
			complain "$kib KiB, not between $least and $most"
	done
	qmp cont >/dev/null
	running a
}

arrives() {
	listen b bulk "${options[@]}"
	incoming "file:$files/bulk" && running b && owed
	on a
}

lend host 3600000
for volatile in no yes; do
	options=()
	[ $volatile = no ] || options=(-global "$device.migrate-volatile=on")
	start a bulk "${options[@]}"
	for state in "stable yes" "unused no" "volatile $volatile" \
		"potentially-volatile-and-changed yes" "potentially-volatile yes" "stable-again yes"; do
		silent "${state% *} pages: ${state#* }, volatile ones shall: $volatile" travelled "${state#* }"
		[ "$state" != "potentially-volatile yes" ] ||
			silent "they arrive, volatile ones shall: $volatile" arrives
		owed >/dev/null
	done
done

# Pages that the host has dropped are nobody's to send, whatever is asked for.
lend always 0
start a bulk -global "$device.migrate-volatile=on"
on a
owed >/dev/null
owed >/dev/null
sleep 1
silent "discarded pages: no" travelled no
