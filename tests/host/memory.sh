# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154,SC2034 # variables of run and guests.sh, and for them
# Guests that read more than the host has memory for, under policy=host in a memory
# cgroup: at a limit that is lowered until there is nothing left to discard; and with
# swap full. As long as what is stable fits, all must go on.

# With swap of our own if there is no other
set_up() {
	memcg_make host || return
	if ! memcg_knows memory.memsw.limit_in_bytes memory.swap.max; then
		memcg_lacks="memory cgroups have no limit for swap: boot with swapaccount=1"
		return 1
	fi
	[ "$(awk '/^SwapFree:/ { print int($2 / 1024) }' /proc/meminfo)" -ge 256 ] ||
		memcg_add_swap "$logs/swap" 256
}

alive() {
	[ "$(memcg_kills)" = 0 ] || complain "the host has killed $(memcg_kills) times, at $(memcg_usage) MiB and $(memcg_swapped) MiB of swap"
	well
}

# So many pages as QEMU has found discarded
lost() {
	get_states
	number discarded
}

# start_reader NAME: a guest that reads larger files than there will be memory for,
# until all memory is in use
start_reader() {
	memcg_no_limits
	disk tree "$tree" readonly=on cache.direct=on
	words="interval=100 rest=500"
	guest_is "$1" 384 "1 sweep exec anon" "${disk[@]}"
	begin a && goes_on 120 || return
}

edge() {
	local now step=24 n lowest before most=0
	start_reader edge || return
	for ((n = 0; n < rounds; n++)); do
		now=$(memcg_usage)
		before=$(lost)
		# With more than this in swap it is what is stable that goes.
		while [ "$(memcg_swapped)" -lt 12 ] && memcg_limit $((now - step)); do
			now=$((now - step))
			alive || return
			sleep 1
		done
		[ "$(memcg_swapped)" -le $most ] || most=$(memcg_swapped)
		memcg_limit $((now + step))
		lowest=$((now + step))
		goes_on 120 3 && alive || return
		figure="down to $lowest MiB, $(($(lost) - before)) found discarded, $most MiB swapped"
		memcg_no_limits
		goes_on 60 || return
	done
	over 60
	figure="$figure, $discarded discards"
}

# What is in swap when it is full stays there, and nothing more gets in.
swap_full() {
	local now step=8 swap=4 full deadline
	start_reader swap-full || return
	now=$(($(memcg_usage) + step))
	{ memcg_limit $now && memcg_swap_limit $now $swap; } || complain "no limit for swap" || return
	qmp stop >/dev/null
	sleep 1
	while [ "$(memcg_swapped)" -lt $swap ] && memcg_limit $((now - step)); do
		now=$((now - step))
		memcg_swap_limit $now $swap || break		# there is more of it already
	done
	full=$(memcg_swapped)
	[ "$full" -ge $swap ] || complain "swap is not full: $full of $swap MiB, at a limit of $now MiB"
	# What the guest reads until the host may have it
	now=$((now + 64))
	memcg_swap_limit $now $swap
	memcg_limit $now
	deadline=$((SECONDS + 180 * rounds))
	qmp cont >/dev/null
	# Rounds that happen to be of short files need few of the pages that are gone.
	while goes_on 180 $((3 * rounds)) && alive || return; [ "$(lost)" -lt $((4000 * rounds)) ]; do
		[ $SECONDS -lt $deadline ] || complain "only $(lost) of the pages that are gone were asked for" || return
	done
	figure="$now MiB, $(memcg_usage) used, swap full with $full MiB, $(lost) found discarded"
	memcg_no_limits
	over 60
	figure="$figure, $discarded discards"
}

if ! set_up; then
	skip "memory limit at the edge" "$memcg_lacks"
	skip "swap full" "$memcg_lacks"
else
	lender host 20
	tree 224 256
	image ext4
	host "memory limit at the edge" edge
	host "swap full" swap_full
fi
memcg_end
