# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154 # variables of machine.sh
# To a file and from it, more than once, in each of the forms that there are;
# the source goes on afterwards.

# forms SIDE CAPABILITY...: these on, the others off
forms() {
	local one
	on "$1"
	for one in multifd mapped-ram xbzrle; do
		if [[ " ${*:2} " == *" $one "* ]]; then
			set_capability $one on
		else
			set_capability $one off
		fi
	done
}

to_file() { # URI CAPABILITY...
	forms a "${@:2}" && slowly && migrate "$1" && passes 2 && changed && at_once && ended completed || return
	# It is stopped, and nobody minds if it goes on.
	qmp cont >/dev/null && running a && owed
}

from_file() { # URI CAPABILITY...
	listen b keeper "${machine_options[@]}"
	forms b "${@:2}" && incoming "$1" && running b && owed
}

to_and_from() { # TO FROM CAPABILITY...
	to_file "$1" "${@:3}" && from_file "$2" "${@:3}" || return
	# The destination is as good a source.
	poke && owed
}

machine_options=(-smp 2)
for host in "host 3600000" "random 10"; do
	# shellcheck disable=SC2086 # two words
	lend $host
	start a keeper "${machine_options[@]}"
	silent "exec, policy ${host% *}" \
		to_and_from "exec:cat >$files/exec" "exec:cat $files/exec"
	silent "file, policy ${host% *}" \
		to_and_from "file:$files/file" "file:$files/file"
	silent "mapped-ram, policy ${host% *}" \
		to_and_from "file:$files/mapped" "file:$files/mapped" mapped-ram
	silent "multifd and mapped-ram, policy ${host% *}" \
		to_and_from "file:$files/both" "file:$files/both" mapped-ram multifd
done

# What is in a file can be had from it as often as one likes.
silent "the same file once more" from_file "file:$files/file"
