# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154 # variables of machine.sh
# Precopy to another QEMU while all CPUs write and change states; then back.

# Unchanged volatile pages arrive discarded, unless they are sent; unused
# pages arrive empty in any case.
arrived() {
	local volatile
	volatile=$(counted volatile)
	[ "$(counted unused)" = "8 zero 0 not" ] || complain "unused: $(counted unused)"
	case $send,$host in
	off,*) [ "$volatile" = "0 kept 16 discarded" ] || complain "volatile: $volatile" ;;
	on,"host "*) [ "$volatile" = "16 kept 0 discarded" ] || complain "volatile: $volatile" ;;
	esac
}

there_and_back() { # ARGUMENT...
	start a keeper "$@" || complain "no machine" || return
	listen b keeper "$@"
	migrate_live a b && owed && arrived || return
	listen a keeper "$@"
	migrate_live b a && owed && arrived || return
	changed && owed
}

for cpus in 1 2; do
	for host in "host 3600000" "host 20" "always 0" "always 50" "random 20"; do
		[[ $cpus = 2 || $host = *0000 || $host = "always 0" ]] || continue
		# shellcheck disable=SC2086 # two words
		lend $host
		for send in off on; do
			name="$cpus CPUs, policy ${host% *} after ${host#* } ms, volatile pages sent: $send"
			silent "$name" there_and_back -smp $cpus -global "$device.migrate-volatile=$send"
		done
	done
done
