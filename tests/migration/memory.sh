# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154,SC2034 # variables of machine.sh
# Memory that cannot be lent on one side or on both: states travel all the same.

between() { # FROM-NAME TO-NAME, of arrays of arguments
	local -n of_a=$1 of_b=$2
	start a keeper -smp 2 "${of_a[@]}" || complain "no machine" || return
	listen b keeper -smp 2 "${of_b[@]}"
	migrate_live a b && owed || return
	[ "$(counted volatile)" = "0 kept 16 discarded" ] || complain "volatile: $(counted volatile)"
	listen a keeper -smp 2 "${of_a[@]}"
	migrate_live b a && owed && changed && owed
}

# The memory is in a file that both have: it is not sent at all.
not_sent() {
	start a keeper -smp 2 "${in_file[@]}" || complain "no machine" || return
	listen b keeper -smp 2 "${in_file[@]}"
	set_capability x-ignore-shared on && incoming "unix:$files/socket" && on a || return
	set_capability x-ignore-shared on && changed && at_once && migrate "unix:$files/socket" || return
	ended completed && running b && owed && changed && owed
}

backend="size=${memory}M,share=on"
private=(-object "memory-backend-ram,id=ram,size=${memory}M" -machine memory-backend=ram)
shared=(-object "memory-backend-ram,id=ram,$backend" -machine memory-backend=ram)
in_file=(-object "memory-backend-file,id=ram,mem-path=$files/ram,$backend" -machine memory-backend=ram)

lend always 20
silent "from memory that is lent to memory that is not" between private shared
silent "from memory that is not lent to memory that is" between shared private
silent "between memories that are not lent" between shared shared
silent "memory that is not sent" not_sent
