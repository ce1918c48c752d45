# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2034 # variables are for the caller
# Hercules and the module: built, started, and ended. As a daemon it reads no standard
# input; what it is to do is in a file of panel commands, which may be a pipe. The
# caller gives $O.

hercules_top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
hercules=(hercules)
hercules_modules=$O/hercules
hercules_pid=''		# of the one that runs
hercules_status=''	# of the one that has ended

# hercules_build: the modules. Returns: false, with the reason in $why, if that needs what
# is not there
hercules_build() {
	local log=$O/logs/hercules.log source
	mkdir -p "$O/logs"
	if ! command -v hercules >/dev/null; then
		why='Hercules is not installed'
	elif ! source=${HERCULES_SRC:-$("$hercules_top/scripts/hercules-source" "$O/src" 2>"$log")}; then
		why="no headers of Hercules, $(tail -n 1 "$log")"
	else
		make -C "$hercules_top/hercules" O="$O" HERCULES_SRC="$source" >"$log" 2>&1 ||
			quit "the module for Hercules does not build: see $log"
		hercules_source=$source
		return 0
	fi
	return 1
}

# hercules_conf CPUS MIB: the statements that each machine has, to standard output
hercules_conf() {
	cat <<-EOT
		ARCHMODE z/Arch
		CPUMODEL 2097
		MAINSIZE $2
		NUMCPU $1
		MAXCPU $1
		OSTAILOR QUIET
		PANRATE SLOW
		DIAG8CMD DISABLE
		MODPATH $hercules_modules
	EOT
}

# hercules_start CONF RC LOG: with a configuration file, and a file of panel commands.
# The kernel ends it when the shell that has called this ends, however that happens.
hercules_start() {
	: >"$3"	# or an old log is looked at until the child comes to that
	HERCULES_RC=$2 setpriv --pdeathsig KILL "${hercules[@]}" -d -f "$1" </dev/null >"$3" 2>&1 &
	hercules_pid=$!
	hercules_status=''
}

hercules_runs() { [ -n "$hercules_pid" ] && kill -0 "$hercules_pid" 2>/dev/null; }

# hercules_await SECONDS: until it has ended by itself; sets $hercules_status
hercules_await() {
	local i
	for ((i = 0; i < $1 * 20; i++)); do
		hercules_runs || break
		sleep 0.05
	done
	! hercules_runs || return 1
	hercules_stop
}

# hercules_stop: in order, or by force after two seconds; sets $hercules_status
hercules_stop() {
	[ -n "$hercules_pid" ] || return 0
	local i
	kill -TERM "$hercules_pid" 2>/dev/null
	for ((i = 0; i < 40; i++)); do
		hercules_runs || break
		sleep 0.05
	done
	kill -KILL "$hercules_pid" 2>/dev/null
	wait "$hercules_pid" 2>/dev/null
	hercules_status=$?
	hercules_pid=''
}
