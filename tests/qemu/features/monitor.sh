# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154 # variables of life.sh
# Whoever looks at guest memory from outside sees what the guest would see, and
# zeroes where a page is discarded; the guest is owed the same afterwards.

save() { # COMMAND ADDRESS PAGES FILE
	qmp "$1" "{\"val\": $2, \"size\": $(($3 * 4096)), \"filename\": \"$work/$4\"}"
}

# first_bytes PAGE FILE: of a page, as save() has written them
first_bytes() {
	od -An -v -tx1 -j $(($1 * 4096)) -N 4 "$2" | tr -d ' \n'
}

# The first pages of owed.c: what each begins with
expect_pages() { # FILE DISCARDED
	local page want
	for page in 0 1 2 3 4 5; do
		printf -v want %02x%02x%02x%02x $(((page * 37 + 1) & 255)) $(((page * 37 + 8) & 255)) \
			$(((page * 37 + 15) & 255)) $(((page * 37 + 22) & 255))
		# Volatile, unused, volatile
		[[ $2 = no || $page != [234] ]] || want=00000000
		[ "$(first_bytes $page "$1")" = "$want" ] ||
			echo "page $page begins with $(first_bytes $page "$1"), not $want"
	done
}

saved() { # COMMAND
	save "$1" "$owed_pages" 512 saved >/dev/null || echo "no answer"
	expect_pages "$work/saved" "$dropped"
}

looked_at() { # COMMAND
	local page shown
	for page in 0 2; do
		shown=$(hmp "$1 /2xb $((owed_pages + page * 4096))" | sed 's/.*: //')
		case $page$dropped in
		0*) [ "$shown" = "0x01 0x08" ] ;;
		2no) [ "$shown" = "0x4b 0x52" ] ;;
		2yes) [ "$shown" = "0x00 0x00" ] ;;
		esac || echo "page $page: $shown"
	done
}

dump() { # FORMAT FILE
	local answer
	answer=$(qmp dump-guest-memory \
		"{\"paging\": false, \"protocol\": \"file:$work/$2\", \"format\": \"$1\"}") || echo "$answer"
}

# The one segment is all of memory.
elf_dump() {
	local offset size
	qmp stop >/dev/null
	# What the lender has begun is over.
	sleep 0.3
	save pmemsave 0 $((memory * 256)) all >/dev/null || echo "no pmemsave"
	dump elf dump
	read -r offset size < <(LC_ALL=C readelf -lW "$work/dump" 2>/dev/null |
		awk '$1 == "LOAD" { print $2, $5 }')
	[ $((size)) = $((memory << 20)) ] || echo "the dump has $((size)) bytes"
	cmp <(tail -c +$((offset + 1)) "$work/dump" | head -c $((size))) "$work/all" 2>&1
	rm -f "$work/all" "$work/dump"
	qmp cont >/dev/null
}

kdump() { # FORMAT MAGIC
	dump "$1" kdump
	[ "$(head -c 6 "$work/kdump")" = "$2" ] || echo "it begins with $(head -c 6 "$work/kdump" | od -An -c)"
	rm -f "$work/kdump"
}

# ticks: CPU time of all threads so far
ticks() {
	local stat
	read -r stat <"/proc/$machine_pid/stat"
	# shellcheck disable=SC2086 # words
	set -- ${stat##*) }
	echo $((${12} + ${13}))
}

# While the machine is stopped nobody asks for anything.
stopped() {
	local before states
	qmp stop >/dev/null || echo "no answer to stop"
	sleep 0.5
	get_states
	before=$states
	ticks=$(ticks)
	sleep 1
	ticks=$(($(ticks) - ticks))
	[ $ticks -lt 20 ] || echo "QEMU took $ticks ticks of CPU time in a second"
	get_states
	[ "$before" = "$states" ] || echo "the states go on changing: $before, then $states"
	qmp cont >/dev/null || echo "no answer to cont"
	owed
}

stop_and_go() { # TIMES
	local i
	for ((i = 0; i < $1; i++)); do
		qmp stop >/dev/null && qmp cont >/dev/null || echo "no answer"
	done
	owed
}

for host in "always 0" "host 20"; do
	dropped=no
	[ "$host" != "always 0" ] || dropped=yes
	# shellcheck disable=SC2086 # two words
	if ! start_life $host -smp 2; then
		not_ok "a machine under ${host% *}"
	else
		for command in pmemsave memsave; do
			silent "$command under ${host% *}" saved $command
		done
		silent "what is owed after them" owed
		for command in x xp; do
			silent "$command under ${host% *}" looked_at $command
		done
		silent "dump-guest-memory under ${host% *}" elf_dump
		silent "what is owed after that" owed
		silent "a compressed dump under ${host% *}" kdump kdump-raw-zlib "KDUMP "
		silent "a flattened one under ${host% *}" kdump kdump-zlib makedu
		silent "what is owed after those" owed
		silent "stop for a while under ${host% *}" stopped
		silent "stop and cont, many times, under ${host% *}" stop_and_go 50
	fi
	stop_machine
done
