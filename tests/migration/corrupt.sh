# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154 # variables of machine.sh
# Streams that are cut or changed where the page states are: QEMU ends with an
# error, and has never begun to run what it got.

# The last section of its device, and the table's header: page 0, "more"; as
# many bytes as there are pages
header() {
	printf '\\x03\\x00\\x00\\x00.'
	printf '\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x02'
	printf '\\x%02x' 0 0 0 0 0 $((memory >> 8)) $((memory & 255)) 0
}

# refused FILE: QEMU ends with an error message when it reads that
refused() {
	local status_is=0
	timeout 10 "${machine[@]}" "${lender[@]}" -smp 2 -kernel "$out/keeper.elf" \
		-serial "file:$base/console" -incoming "file:$1" \
		</dev/null >/dev/null 2>"$base/stderr" || status_is=$?
	[ $status_is = 1 ] || complain "QEMU ended with status $status_is: $(cat "$base/stderr")"
	[ -s "$base/stderr" ] || complain "it says nothing"
	[ ! -s "$base/console" ] || complain "the guest ran"
}

change() { # FILE OFFSET BYTES
	# shellcheck disable=SC2059 # escapes
	printf "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

make_stream() {
	on a && at_once && migrate "file:$files/stream" && ended completed || return
	header_at=$(LC_ALL=C grep -abo -P "$(header)" "$files/stream" | tail -n 1 | cut -d : -f 1)
	[ -n "$header_at" ] || complain "no page states in it"
	header_at=$((header_at + 5))
}

with() { # OFFSET BYTES
	cp "$files/stream" "$files/changed"
	change "$files/changed" "$1" "$2" && refused "$files/changed"
}

shorten() { # LENGTH
	head -c "$1" "$files/stream" >"$files/changed"
	refused "$files/changed"
}

source_unharmed() {
	qmp cont >/dev/null
	running a && changed && owed
}

whole() {
	listen b keeper -smp 2
	incoming "file:$files/stream" && running b && owed
}

lend always 0
start a keeper -smp 2
changed
if silent "a stream with page states" make_stream; then
	silent "it is whole" whole
	pages=$((memory * 256))
	values_at=$((header_at + 16))
	end_at=$((values_at + pages))

	silent "no flag" with $((header_at + 7)) '\x00'
	silent "the error flag" with $((header_at + 7)) '\x04'
	silent "an unknown flag" with $((header_at + 7)) '\x40'
	silent "another first page" with $((header_at + 6)) '\x10'
	silent "a first page beyond memory" with "$header_at" '\x7f'
	silent "no pages" with $((header_at + 8)) '\x00\x00\x00\x00\x00\x00\x00\x00'
	silent "one page less" with $((header_at + 8)) '\x00\x00\x00\x00\x00\x00\xff\xff'
	silent "one page more" with $((header_at + 8)) '\x00\x00\x00\x00\x00\x01\x00\x01'
	silent "4 GiB of pages more" with $((header_at + 8)) '\x00\x00\x00\x01\x00\x01\x00\x00'
	silent "more pages than there are bytes" with $((header_at + 8)) '\x7f\xff\xff\xff\xff\xff\xff\xff'
	silent "-1 pages" with $((header_at + 8)) '\xff\xff\xff\xff\xff\xff\xff\xff'
	# Content 1 does not exist, nor do Up, Vp, Pp, Pz, nor what is above.
	for value in 01 06 0e 0a 0b 10 40 80 ff; do
		silent "state 0x$value" with $((values_at + 12345)) "\\x$value"
	done
	silent "the last state" with $((end_at - 1)) '\xff'
	silent "no flag at the end" with $((end_at + 7)) '\x00'
	silent "a second end" with $((end_at + 15)) '\x08'
	silent "no end" with $((end_at + 7)) '\x01'

	for offset in 0 100 $((header_at / 2)) $((header_at + 3)) $((header_at + 12)) \
		$values_at $((values_at + pages / 2)) $((end_at - 1)) $end_at $((end_at + 9)) \
		$((end_at + 16)); do
		silent "cut at $((offset - header_at)) from the states" shorten "$offset"
	done
	on a
	silent "the source goes on" source_unharmed
fi
