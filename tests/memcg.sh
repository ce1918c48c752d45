# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2034 # what is for the caller
# A host that is short of memory: a memory cgroup of version 1 or 2, and swap of our own.
# One in each process that asks for it, with memcg_end whichever way that ends. All
# sizes are in MiB.

memcg='' memcg_swap=''
into=()
memcg_mib=1048576

# memcg_make NAME: sets $memcg, the directory, and ${into[@]}, a command that runs
# another one there; or $memcg_lacks, which says why there is none
memcg_make() {
	local root=/sys/fs/cgroup/memory
	memcg_lacks=''
	[ -w $root/cgroup.procs ] || root=/sys/fs/cgroup
	if [ "$(id -u)" != 0 ]; then
		memcg_lacks="it takes root"
	elif [ $root = /sys/fs/cgroup ] && ! grep -qw memory $root/cgroup.subtree_control 2>/dev/null; then
		memcg_lacks="there is no memory cgroup"
	elif ! mkdir "$root/cmma-$1-$$" 2>/dev/null; then
		memcg_lacks="no memory cgroup can be made"
	else
		memcg=$root/cmma-$1-$$
		# shellcheck disable=SC2016 # the shell's own
		into=(sh -c 'echo $$ >"$0" && exec "$@"' "$memcg/cgroup.procs")
	fi
	[ -z "$memcg_lacks" ]
}

# memcg_add_swap FILE SIZE: such a file, not sparse since one with holes is no swap
memcg_add_swap() {
	memcg_swap=$1
	dd if=/dev/zero of="$1" bs=1M count="$2" status=none 2>/dev/null &&
		chmod 600 "$1" && mkswap "$1" >/dev/null 2>&1 && swapon "$1" 2>/dev/null && return
	memcg_lacks="$1 is no swap file"
	return 1
}

# memcg_end: nothing is left of it, once what ran there has ended
memcg_end() {
	local i
	if [ -n "$memcg_swap" ]; then
		swapoff "$memcg_swap" 2>/dev/null
		rm -f "$memcg_swap"
	fi
	for ((i = 0; i < 100; i++)); do
		[ -n "$memcg" ] && ! rmdir "$memcg" 2>/dev/null || break
		sleep 0.1
	done
	memcg='' memcg_swap='' into=()
}

# memcg_knows FILE...: any of these is there
memcg_knows() {
	local file
	for file; do
		[ ! -e "$memcg/$file" ] || return 0
	done
	return 1
}

memcg_version_1() { memcg_knows memory.limit_in_bytes; }

memcg_usage() { echo $(($(cat "$memcg"/memory.{usage_in_bytes,current} 2>/dev/null) / memcg_mib)); }

memcg_swapped() {
	if memcg_version_1; then
		echo $(($(sed -n 's/^swap //p' "$memcg/memory.stat") / memcg_mib))
	else
		echo $(($(cat "$memcg/memory.swap.current") / memcg_mib))
	fi
}

# memcg_kills: how often the host has killed for want of memory
memcg_kills() { cat "$memcg"/memory.{oom_control,events} 2>/dev/null | sed -n 's/^oom_kill //p'; }

# memcg_limit SIZE: fails, with everything as it was, if the host cannot free so much.
# Version 2 would rather kill, so it is asked in another way first.
memcg_limit() {
	local i
	if memcg_version_1; then
		echo $(($1 * memcg_mib)) 2>/dev/null >"$memcg/memory.limit_in_bytes"
		return
	fi
	echo $(($1 * memcg_mib)) >"$memcg/memory.high"
	for ((i = 0; i < 20 && $(memcg_usage) > $1; i++)); do
		sleep 0.1
	done
	[ "$(memcg_usage)" -gt "$1" ] || echo $(($1 * memcg_mib)) >"$memcg/memory.max"
	echo max >"$memcg/memory.high"
	[ $i -lt 20 ]
}

# memcg_swap_limit LIMIT SIZE: so much swap beyond memory's limit, which is LIMIT as of
# now; fails if there is more in swap already
memcg_swap_limit() {
	if memcg_version_1; then
		echo $((($1 + $2) * memcg_mib)) 2>/dev/null >"$memcg/memory.memsw.limit_in_bytes"
	else
		echo $(($2 * memcg_mib)) >"$memcg/memory.swap.max"
		[ "$(memcg_swapped)" -le "$2" ]
	fi
}

memcg_no_limits() {
	if memcg_version_1; then
		! memcg_knows memory.memsw.limit_in_bytes || echo -1 >"$memcg/memory.memsw.limit_in_bytes"
		echo -1 >"$memcg/memory.limit_in_bytes"
	else
		! memcg_knows memory.swap.max || echo max >"$memcg/memory.swap.max"
		echo max >"$memcg/memory.max"
	fi
}

# memcg_reclaim: the host takes all that it can have
memcg_reclaim() {
	if memcg_version_1; then
		echo 0 >"$memcg/memory.force_empty"
	else
		echo 64M >"$memcg/memory.reclaim"
	fi 2>/dev/null
}
