# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154 # variables of machine.sh
# Seen from outside, with both machines stopped: all of the memory and all of
# the states, whatever the guest may think of them.

# Just enough for the program
mib=40

take_picture() { # SIDE
	local answer
	on "$1"
	hmp "info cmma 0 $((mib * 256))" | sed 1d | tr -d '\n' | fold -w 2 >"$files/states.$1"
	[ "$(wc -c <"$files/states.$1")" -ge $((mib * 256 * 3 - 1)) ] ||
		complain "info cmma: $(wc -c <"$files/states.$1") bytes"
	answer=$(qmp pmemsave "{\"val\": 0, \"size\": $((mib << 20)), \"filename\": \"$files/memory.$1\"}") ||
		complain "$answer"
}

# Pages that differ, by number from 1, are marked after their two states.
compare() {
	cmp -l "$files/memory.a" "$files/memory.b" | awk '
		{ page = int(($1 - 1) / 4096) + 1 }
		page != last { print page, "differs"; last = page }' >"$files/differ"
	paste -d ' ' "$files/states.a" "$files/states.b" | awk -v sent="$1" '
		function wrong(what) {
			if (count[what]++ < 3)
				printf "page 0x%x: %s -> %s%s: %s\n", FNR - 1, $1, $2,
					FNR in differs ? ", differs" : "", what
		}
		FILENAME != "-" { differs[$1] = 1; next }
		{ from = substr($1, 2); to = substr($2, 2); seen[from]++ }
		substr($1, 1, 1) != substr($2, 1, 1) { wrong("another attribute") }
		from ~ /[023]/ && to !~ /[023]/ { wrong("not stable") }
		from ~ /[47]/ && to != "7" { wrong("not unused and zero") }
		from == "c" && to != (sent == "on" ? "c" : "f") { wrong("not as it is to arrive") }
		from == "f" && to != "f" { wrong("not discarded") }
		from == "8" && to != "8" { wrong("not potentially volatile") }
		FNR in differs && (from ~ /[0238]/ || to == "c") { wrong("not the same content") }
		END {
			for (i in count)
				if (count[i] > 3)
					print count[i], "pages:", i
			n = split("0 3 4 7 8 c f", all, " ")
			for (i = 1; i <= n; i++)
				if (!seen[all[i]])
					missing = missing " 0" all[i]
			if (missing != "")
				print "# not seen:" missing
		}' "$files/differ" - | grep -v '^#'
	return 0
}

both_stopped() { # VOLATILE-SENT
	on b && incoming "unix:$files/socket" || return
	on a && slowly && migrate "unix:$files/socket" && passes 2 && changed && at_once && ended completed || return
	take_picture a && take_picture b && compare "$1"
}

for host in "host 3600000" "host 20"; do
	for send in off on; do
		# shellcheck disable=SC2086 # two words
		lend $host
		# It is for the source to say.
		start a keeper -smp 2 -m $mib -global "$device.migrate-volatile=$send"
		listen b keeper -smp 2 -m $mib -S
		silent "memory and states after ${host#* } ms, volatile pages sent: $send" both_stopped $send
	done
done
