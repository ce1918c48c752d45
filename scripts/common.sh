# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# What every script here needs: where things lie, how to speak, how to wait.

set -Eeuo pipefail
export LC_ALL=C

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/cmma
O=$(realpath -m "${O:-$top/build}")
# shellcheck source=versions
. "$top/versions"

# Objects are shared between clones: paths below O are hashed relative.
export CCACHE_DIR=$cache/ccache CCACHE_BASEDIR=$O CCACHE_NOHASHDIR=1
export CCACHE_SLOPPINESS=include_file_ctime,include_file_mtime
# The one absolute path that ccache does not see: s390's -Wa,-I.
export CCACHE_IGNOREOPTIONS='-Wa,-I*'

say() { echo "== $*" >&2; }
# Status 2 means that what went wrong has been said.
die() { echo "${0##*/}: $*" >&2; exit 2; }
trap '[ $? = 2 ] || echo "${0##*/}: line $LINENO: $BASH_COMMAND failed" >&2' ERR

# need_disk DIR MIB: what is about to be written there has to fit.
need_disk() {
	local free
	mkdir -p "$1" || die "cannot create $1: give a directory you may write by O= or XDG_CACHE_HOME="
	free=$(df --output=avail -B 1M "$1" | tail -n 1)
	[ "$free" -ge "$2" ] || die "$1 has$free MiB free, and this takes $2: free some, or give another place by O= or XDG_CACHE_HOME="
}

# Held until the script ends, so that two clones do not fill one cache at once.
lock() {
	mkdir -p "$cache" 2>/dev/null || die "cannot create $cache: set XDG_CACHE_HOME to a directory you may write"
	exec 9>"$cache/$1.lock"
	flock -n 9 || { say "waiting for another set-up to release $cache/$1.lock"; flock 9; }
}

# unpack DIR PACKAGE...: what Debian's packages hold, below DIR. Where that has a link to a
# directory, as /lib is one, it stays, also if a package has the directory itself.
unpack() {
	local dir=$1 deb
	shift
	for deb; do
		dpkg-deb --fsys-tarfile "$deb" | tar -xp --keep-directory-symlink -C "$dir"
	done
}

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

can_be_root() {
	[ "$(id -u)" = 0 ] || command -v sudo >/dev/null
}

# quietly LABEL COMMAND...: output to $O/logs/LABEL.log, a sign of life now and
# then, the end of the log if it fails. The command is in the foreground, where
# Ctrl-C reaches it.
quietly() {
	local label=$1 log=$O/logs/$1.log begin=$SECONDS next=10 status=0 ticker
	shift
	mkdir -p "$O/logs"
	while sleep 1 && kill -0 $$ 2>/dev/null; do
		if [ $((SECONDS - begin)) -ge $next ]; then
			say "$label: $next s, $(wc -l <"$log") lines in $log"
			next=$((next + 30))
		fi
	done 9>&- &
	ticker=$!
	"$@" >"$log" 2>&1 9>&- || status=$?
	kill $ticker
	wait $ticker 2>/dev/null || true
	if [ $status != 0 ]; then
		tail -n 20 "$log" >&2
		die "$label failed: the whole output is in $log"
	fi
}
