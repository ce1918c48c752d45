# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154 # variables of life.sh
# The gdbstub at pages that are lent or discarded, by its own protocol.

# packet DATA: sent; the answer's data is printed
packet() {
	local i sum=0 char answer
	for ((i = 0; i < ${#1}; i++)); do
		printf -v char %d "'${1:i:1}"
		sum=$((sum + char))
	done
	printf '$%s#%02x' "$1" $((sum & 255)) >&"$gdb_to"
	while IFS= read -r -t 10 -d '#' answer <&"$gdb_from"; do
		read -r -t 10 -N 2 _ <&"$gdb_from"
		printf + >&"$gdb_to"
		echo "${answer##*$}"
		return
	done
	echo "no answer to $1"
}

peek() { # PAGE LENGTH [OFFSET]
	packet "m$(printf %x,%x $((owed_pages + $1 * 4096 + ${3-0})) "$2")"
}

poke() { # PAGE BYTES
	packet "M$(printf %x,%x $((owed_pages + $1 * 4096)) $((${#2} / 2))):$2"
}

expect() { # WHAT WANTED FOUND
	[ "$3" = "$2" ] || echo "$1: $3, not $2"
}

registers() {
	local answer
	answer=$(packet g)
	# 16 bytes of PSW, 16 registers of 8
	[[ $answer =~ ^[0-9a-fx]{288,}$ ]] || echo "registers: $answer"
}

reads() {
	expect "a stable page" 01080f16 "$(peek 0 4)"
	if [ "$dropped" = yes ]; then
		expect "a discarded page" 00000000 "$(peek 2 4)"
		expect "an unused page" 00000000 "$(peek 3 4)"
		# The end of a stable page, and the beginning of a discarded one
		expect "two pages" 1920272e00000000 "$(peek 1 8 4092)"
	else
		expect "a volatile page" 4b525960 "$(peek 2 4)"
		expect "an unused page" 70777e85 "$(peek 3 4)"
	fi
}

# What is written to a discarded page is not the guest's to see.
writes() {
	expect "a stable page" OK "$(poke 0 01080f16)"
	if [ "$dropped" = yes ]; then
		expect "a discarded page" OK "$(poke 2 deadbeef)"
		expect "an unused page" OK "$(poke 3 00000000)"
	else
		expect "a volatile page" OK "$(poke 2 4b525960)"
		expect "an unused page" OK "$(poke 3 70777e85)"
	fi
	expect "the stable page" 01080f16 "$(peek 0 4)"
}

for host in "always 0" "host 20"; do
	dropped=no
	[ "$host" != "always 0" ] || dropped=yes
	mkfifo "$work/gdb.in" "$work/gdb.out"
	# shellcheck disable=SC2086 # two words
	if ! start_life $host -smp 2 -gdb "pipe:$work/gdb"; then
		not_ok "a machine under ${host% *}"
	else
		exec {gdb_to}<>"$work/gdb.in" {gdb_from}<>"$work/gdb.out"
		qmp stop >/dev/null
		silent "registers under ${host% *}" registers
		silent "reads under ${host% *}" reads
		silent "writes under ${host% *}" writes
		qmp cont >/dev/null
		silent "what is owed after them under ${host% *}" owed
		exec {gdb_to}>&- {gdb_from}>&-
	fi
	stop_machine
	rm -f "$work/gdb.in" "$work/gdb.out"
done
