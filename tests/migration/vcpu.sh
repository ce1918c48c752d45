# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154 # variables of machine.sh
# What a vCPU has besides registers, some migrations later: vcpu.c.

# Often enough for CPU 1 to be stopped where it has to be, one time in two
travels() {
	local here=a there=b n swap
	start a vcpu -smp 2 || complain "no machine" || return
	for ((n = 0; n < 6; n++)); do
		listen $there vcpu -smp 2
		incoming "unix:$files/socket" && on $here && at_once || return
		migrate "unix:$files/socket" && ended completed && running $there || return
		swap=$here here=$there there=$swap
	done
	poke
}

lend host 3600000
if silent "six times" travels; then
	while IFS= read -r line; do
		result "" "${line%$'\r'}" || echo "$line"
	done <"$work/console"
fi
