# shellcheck shell=bash
# shellcheck disable=SC2154,SC2016 # given by run; for another shell
# SPDX-License-Identifier: GPL-2.0
# Tests of "cmma-farm top" on a terminal of tmux, which keeps what is on the screen.
# Stand-ins for QEMUs have counters that grow at known rates. /run is one of its own,
# where that is permitted, so that no other farm's guests are seen. tests/farm/run
# sources this.

own_run=''	# whether there is one
guests=()	# processes that stand in

tm() { tmux -S "$dir/tmux" "$@"; }
screen() { tm capture-pane -p; }
keys() { tm send-keys "$@"; }
lines() { screen | sed 's/ *$//'; }

# until_seen SECONDS PATTERN, until_gone SECONDS PATTERN: on the screen
until_seen() {
	local i
	for ((i = 0; i < $1 * 10; i++)); do
		! screen | grep -Eq -- "$2" || return 0
		sleep 0.1
	done
	return 1
}
until_gone() {
	local i
	for ((i = 0; i < $1 * 10; i++)); do
		screen | grep -Eq -- "$2" || return 0
		sleep 0.1
	done
	return 1
}

see() { # NAME SECONDS PATTERN
	if until_seen "$2" "$3"; then ok "top-$1"; else not_ok "top-$1" "no '$3' in: $(lines | grep . | head -n 7 | tr '\n' '|')"; fi
}

# guest NAME FIGURE...: a stand-in at its place in /run, or of a name that is a path there
guest() {
	local in=()
	[ -z "$own_run" ] || in=(nsenter -m -t "$(tm display -p '#{pid}')")
	"${in[@]}" "$dir/stand-in" "$sockets/$1" "${@:2}" &
	guests+=($!)
}

begin_top() { # WIDTH HEIGHT
	local apart=()
	sockets=$dir/sockets
	mkdir "$sockets"
	if unshare -m mount -t tmpfs tmpfs /run 2>/dev/null; then
		apart=(unshare -m sh -c 'mount -t tmpfs tmpfs /run && exec "$@"' sh)
		own_run=yes sockets=/run/cmma-farm-1
	fi
	trap 'end_top; rm -rf "$dir" "$shm"' EXIT
	"${apart[@]}" tmux -S "$dir/tmux" -f /dev/null new-session -d -x "$1" -y "$2" \
		"cd '$dir' && exec env PS1='ready> ' HISTFILE= bash --norc --noprofile"
	keys "PATH=$(dirname "$farm"):\$PATH" Enter
	if [ -n "$own_run" ]; then keys "mkdir $sockets" Enter; fi
	until_seen 5 '^ready> *$'
}

end_top() {
	[ ${#guests[@]} = 0 ] || kill "${guests[@]}" 2>/dev/null
	tm kill-server 2>/dev/null
	guests=()
}

# Top of all guests, as a user would start it; without a /run of its own, by their names
start_top() {
	local names=''
	[ -n "$own_run" ] || names="$sockets/*"
	keys "clear; cmma-farm top $names; echo \"ended \$?.\"" Enter
	until_seen 5 '^guest, MiB'
}

leave() { # by KEY
	keys "$1"
	until_seen 5 '^ended [0-9]*\.' || keys C-c
}

value() { screen | awk -v name="$1" -v field="$2" '$1 ~ name "$" { print $field; exit }'; }

near() { # NAME GUEST FIELD EXPECTED: within a tenth, or half of the last digit
	local is
	is=$(value "$2" "$3")
	if awk -v is="${is:-none}" -v want="$4" 'BEGIN { d = is - want; exit !(is ~ /^[0-9.]+$/ && d * d <= want * want / 100 + 0.3) }'; then
		ok "top-$1"
	else
		not_ok "top-$1" "$is of $2, not $4: $(lines | grep "$2")"
	fi
}

order() { screen | awk '$1 ~ /(alpha|beta|gamma)$/ { sub(/.*\//, "", $1); printf "%s%s", sep, $1; sep = " " }'; }

ordered() { # NAME ORDER
	local i
	for i in {1..30}; do
		if [ "$(order)" = "$2" ]; then ok "top-$1"; return; fi
		sleep 0.1
	done
	not_ok "top-$1" "$(order), not $2"
}

test_figures() {
	local field titles=(guest stable volatile unused swapped 'discards/s' 'faults/s' 'read MiB/s' 'ESSA/s')
	local alpha=(0 100 50 9 3 5000 40 2.5 90000) gamma=(0 120 50 100 5 10 30 7 5000) all=(0 310 300 117 12 5610 120 12.5 110000)
	guest alpha "${alpha[@]:1}"
	guest beta 90 200 8 4 600 50 3 15000
	# One that is slow, so that a rate is not the same as a difference
	guest gamma 120 50 100 5 10 30 7 5000 0.6
	[ -n "$own_run" ] || { sleep 0.5; start_top; }
	see appears 5 'alpha .*'
	see all 5 '^all 3 '
	# Rates need two looks; beta's and gamma's are those that take longest.
	until_seen 10 'gamma .* [1-9][0-9]{3}$'
	for field in {1..8}; do
		near "${titles[field]// /-}" alpha $((field + 1)) "${alpha[field]}"
		near "slow-${titles[field]// /-}" gamma $((field + 1)) "${gamma[field]}"
		near "all-${titles[field]// /-}" '^all' $((field + 2)) "${all[field]}"
	done
	see titles 1 'stable +volatile +unused +swapped +discards/s +faults/s +read MiB/s +ESSA/s'
	see host 1 'host: [0-9]+ MiB available, [0-9]+ MiB swapped'
	see pressure 1 'waiting for memory ([0-9.]+%|unknown) +reclaim [0-9.]+ +swap in [0-9.]+, out [0-9.]+ MiB/s'
}

test_sorting() {
	ordered by-name "alpha beta gamma"
	keys r
	ordered by-name-reversed "gamma beta alpha"
	keys r
	local column=0 expected
	for expected in "gamma alpha beta" "beta alpha gamma" "gamma alpha beta" "gamma beta alpha" "alpha beta gamma" \
		"beta alpha gamma" "gamma beta alpha" "alpha beta gamma"; do
		keys '>'
		column=$((column + 1))
		ordered "by-column-$column" "$expected"
	done
	see sorted-by 1 'sorted by ESSA/s '
	keys '>' '<'
	ordered right-left "gamma beta alpha"
	keys Left Left r
	ordered arrows-and-reverse "gamma beta alpha"
	see sorted-reversed 1 'sorted by discards/s, reversed'
	keys r '<' '<' '<' '<' '<' '<' '<'
	ordered by-name-again "alpha beta gamma"
}

# What is on the screen is whole lines, none of which goes on in the next.
tidy() { # NAME PATTERN-OF-LINES...
	local name=$1 pattern
	shift
	sleep 0.5
	for pattern; do
		until_seen 2 "$pattern" || { not_ok "top-$name" "no '$pattern' in: $(lines | tr '\n' '|')"; return; }
	done
	pattern=$(lines | grep -Ev '^$|^[0-9]+ guests? |^waiting for memory|^guest, MiB|alpha|beta|gamma|^all [0-9]|^q quit')
	if [ -z "$pattern" ]; then ok "top-$name"; else not_ok "top-$name" "there is '$pattern'"; fi
}

test_sizes() {
	local size
	tm resize-window -x 80 -y 24
	tidy size-80x24 'stable +volatile +unused +swapped +discards/s +faults/s +read MiB/s$' \
		'^all 3( +[0-9.]+){7}$' '^waiting .* MiB/s$' '^q quit .* reverse$'
	tm resize-window -x 20 -y 5
	tidy size-20x5 '^guest, MiB +stable$' 'alpha +100$' '^all 3 +310$'
	keys '>' '>' '>' '>' '>'
	tidy size-20x5-other 'guest, MiB( +[a-zMB]+/s)?$'
	for size in "1 1" "2 2" "10 3" "300 4" "4 100"; do
		tm resize-window -x "${size% *}" -y "${size#* }"
		sleep 0.2
	done
	tm resize-window -x 250 -y 70
	tidy size-250x70 'ESSA/s$' '^all 3( +[0-9.]+){8}$' 'sorted by discards/s '
	keys '<' '<' '<' '<' '<'
	tm resize-window -x 110 -y 24
	tidy size-back '^all 3( +[0-9.]+){8}$' 'sorted by name '
}

test_coming_and_going() {
	local i many=()
	kill -KILL "${guests[1]}"
	wait "${guests[1]}" 2>/dev/null
	if until_gone 5 beta; then ok top-vanishes; else not_ok top-vanishes "$(lines | grep beta)"; fi
	see all-but-one 3 '^all 2 '
	guest beta 90 200 8 4 600 50 3 15000
	see comes-back 5 'beta +90 +200 +8 +4 +[56][0-9][0-9] '
	# Who names sockets sees no others.
	if [ -z "$own_run" ]; then return; fi
	guest mute mute
	see mute 5 'mute( +-){8}$'
	see beside-mute 3 'alpha +100 +50 +9 +3 +[45][0-9]{3} '
	for i in {1..25}; do
		guest "more-$i" "$i" 0 0 0 0 0 0 0
	done
	many=("${guests[@]: -25}")
	# 24 lines: three of the host, a title, the sum and the keys
	see many 8 '^all 29, 18 here '
	if [ "$(screen | grep -c -- 'alpha\|beta\|gamma\|mute\|more-')" = 18 ]; then ok top-many-rows; else not_ok top-many-rows "$(lines | tail -n 4)"; fi
	kill "${many[@]}"
	wait "${many[@]}" 2>/dev/null
	see fewer 8 '^all 4 '
}

# The terminal is as before, and nothing is left on it
left_sane() { # NAME STATUS
	local modes
	until_seen 5 "^ended $2\\." || { not_ok "top-$1" "$(lines | grep . | tail -n 3)"; return; }
	keys "stty -a >'$dir/after'; echo written" Enter
	until_seen 5 '^written'
	modes=$(tm display -p 'cursor #{cursor_flag}, alternate screen #{alternate_on}, keypad #{keypad_cursor_flag}')
	if ! cmp -s "$dir/before" "$dir/after"; then
		not_ok "top-$1" "$(diff "$dir/before" "$dir/after" | tr '\n' ' ')"
	elif [ "$modes" != "cursor 1, alternate screen 0, keypad 0" ]; then
		not_ok "top-$1" "$modes"
	else
		ok "top-$1"
	fi
}

test_quitting() {
	local pid
	leave q
	left_sane quits 0
	start_top
	leave C-c
	left_sane interrupted 0
	start_top
	pid=$(pgrep -P "$(tm display -p '#{pane_pid}')" cmma-farm)
	kill -TERM "$pid"
	left_sane terminated 0
	start_top
	keys C-z
	until_seen 5 Stopped
	keys fg Enter
	see suspended 5 '^guest, MiB'
	keys q
	until_gone 5 '^guest, MiB'
	keys 'echo "ended $?."' Enter
	left_sane quits-after-fg 0
}

said() { # NAME ENVIRONMENT ARGUMENTS PATTERN: refused with one line
	keys "clear; $2 cmma-farm top $3; echo \"ended \$? $1\"" Enter
	if until_seen 5 "^ended 1 $1" && lines | tr -d '\n' | grep -Eq "cmma-farm: $4ended 1 $1"; then
		ok "top-$1"
	else
		not_ok "top-$1" "$(lines | grep . | tail -n 4)"
	fi
}

test_refusals() {
	said dumb TERM=dumb '' '.*which TERM=dumb is not known to be'
	said unknown-terminal TERM=nonsense '' '.*which TERM=nonsense is not known to be'
	said no-such-socket '' "$dir/none" 'no QEMU listens at .*/none: No such file or directory'
	said no-socket '' "$dir/all.json $farm" 'no QEMU listens at .*'
}

# What a cgroup's limit makes the host reclaim is seen, too.
test_reclaim() {
	local group limit=memory.max reader
	group=$(awk '$3 == "cgroup" && $4 ~ /memory/ { print $2; exit }' /proc/mounts)
	if [ -n "$group" ]; then limit=memory.limit_in_bytes; else group=/sys/fs/cgroup; fi
	group=$group/farm-test-$$
	if ! mkdir "$group" 2>/dev/null || ! echo 24M >"$group/$limit"; then
		skip top-reclaim "needs a memory cgroup"
		rmdir "$group" 2>/dev/null
		return
	fi
	dd if=/dev/zero of="$dir/large" bs=1M count=96 conv=fdatasync status=none
	# So that who reads it is charged for it
	dd if="$dir/large" iflag=nocache count=0 status=none
	start_top
	(echo 0 >"$group/cgroup.procs"; while :; do cat "$dir/large"; done) >/dev/null 2>&1 &
	reader=$!
	see reclaim 10 'reclaim [1-9][0-9]+\.[0-9] '
	kill $reader
	wait $reader 2>/dev/null
	rm "$dir/large"
	leave q
	for _ in {1..50}; do
		! rmdir "$group" 2>/dev/null || return
		sleep 0.1
	done
	not_ok top-reclaim "cannot remove $group"
}

test_top() {
	cc -o "$dir/stand-in" "$top/tests/farm/stand-in.c" || { not_ok top "no stand-in"; return; }
	begin_top 110 24
	keys "stty -a >'$dir/before'" Enter
	test_refusals
	if [ -n "$own_run" ]; then
		start_top
		see no-guests 3 '^no guests: start cmma-farm run'
	else
		skip top-no-guests "needs a /run of its own"
	fi
	test_figures
	test_sorting
	test_sizes
	test_coming_and_going
	test_quitting
	test_reclaim
	end_top
}

if ! command -v tmux >/dev/null; then
	skip top "needs tmux"
else
	test_top
fi
