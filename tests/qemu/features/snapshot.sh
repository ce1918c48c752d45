# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2054,SC2154,SC2034 # variables of life.sh
# Snapshots: page states come back as they were, stable pages with their
# content, unused ones empty, and volatile ones discarded unless it is asked
# for that they travel.

# bytes: what info cmma says of the pages of owed.c, one a line
bytes() {
	hmp "info cmma $owed_pages 512" | tail -n +2 | tr -d ' \n' | fold -w 2
	echo
}

# came_back VOLATILE: $work/after against $work/before; what is to be seen of
# volatile pages is that they are kept or discarded
came_back() {
	paste -d " " "$work/before" "$work/after" | awk -v volatile="$1" '
		function low(byte) { return index("0123456789abcdef", substr(byte, 2)) - 1 }
		{
			before = low($1); after = low($2)
			usage = int(before / 4)
			if (usage == 0) good = after < 4
			if (usage == 1) good = after == 7
			# Changed ones may become stable meanwhile, others be discarded.
			if (usage == 2) good = after == 8 || after == 15 || after < 4
			if (usage == 3) good = after == (volatile == "kept" ? before : 15)
			# The no-DAT bit
			if (substr($1, 1, 1) != substr($2, 1, 1)) good = 0
			if (!good && ++wrong < 5) print "page " NR - 1 ": " $1 ", then " $2
		}
		END { if (NR != 512) print NR " pages"; if (wrong) print wrong " pages are wrong" }'
}

# job COMMAND ARGUMENTS: a job from its beginning to its end
job() {
	local i answer
	jobs=$((jobs + 1))
	answer=$(qmp "$1" "{\"job-id\": \"job$jobs\", $2}") || { echo "$1: $answer"; return 1; }
	for ((i = 0; i < 600; i++)); do
		answer=$(qmp query-jobs)
		[[ $answer != *'"concluded"'* ]] || break
		sleep 0.05
	done
	qmp job-dismiss "{\"id\": \"job$jobs\"}" >/dev/null
	if [[ $answer != *'"concluded"'* || $answer == *'"error":'* ]]; then
		echo "$1: $answer"
		return 1
	fi
}

# add_disk: an image that can hold snapshots
add_disk() {
	job blockdev-create "\"options\": {\"driver\": \"file\", \"filename\": \"$work/disk\", \"size\": 0}" &&
		qmp blockdev-add "{\"driver\": \"file\", \"filename\": \"$work/disk\", \"node-name\": \"file\"}" >/dev/null &&
		job blockdev-create '"options": {"driver": "qcow2", "file": "file", "size": 1048576}' &&
		qmp blockdev-add '{"driver": "qcow2", "file": "file", "node-name": "disk"}' >/dev/null ||
		echo "no disk for snapshots"
}

# counted: how often the program has been asked, as it remembers
counted() {
	tr -d '\r' <"$work/console" | sed -n 's/^# asked //p' | tail -n 1
}

save_by_job() {
	job snapshot-save '"tag": "one", "vmstate": "disk", "devices": ["disk"]'
}

load_by_job() {
	# It loads into a stopped machine, and leaves it stopped.
	qmp stop >/dev/null
	job snapshot-load '"tag": "one", "vmstate": "disk", "devices": ["disk"]'
}

# HMP says nothing if all is well.
save_by_hmp() { hmp savevm two; }
load_by_hmp() { qmp stop >/dev/null; hmp loadvm two; }

# take WAY: the states do not change by it
take() {
	qmp stop >/dev/null
	# What the lender has begun is over.
	sleep 0.2
	saved=$(counted)
	bytes >"$work/before"
	"save_by_$1"
	bytes >"$work/after"
	cmp "$work/before" "$work/after" 2>&1
	qmp cont >/dev/null
}

# go_back WAY VOLATILE: from wherever the machine has got to
go_back() {
	owed
	owed
	"load_by_$1"
	bytes >"$work/after"
	came_back "$2"
	qmp cont >/dev/null
	owed
	[ "$(counted)" = $((saved + 1)) ] || echo "the program has been asked $(counted) times, and $saved when it was saved"
}

disk_arguments=(-blockdev "driver=file,filename=$work/disk,node-name=file"
	-blockdev driver=qcow2,file=file,node-name=disk)

# restart VOLATILE: another QEMU goes on from there
restart() {
	stop_machine
	start_qemu "${machine[@]}" "${lender[@]}" -smp 2 -serial "file:$work/console" \
		"${disk_arguments[@]}" -kernel "$out/life.elf" "${options[@]}" -loadvm "$way" -S
	bytes >"$work/after"
	came_back "$1"
	qmp cont >/dev/null
	ready=0
	owed
	stop_machine
}

without_facility() {
	local status=0
	timeout --foreground 20 "${machine[@]}" -smp 2 "${disk_arguments[@]}" -cpu max,cmm=off,cmmnt=off \
		-kernel "$out/life.elf" -loadvm two </dev/null >"$work/stderr" 2>&1 || status=$?
	[ $status = 1 ] || echo "QEMU ended with status $status"
	grep -q "no cmm facility" "$work/stderr" || echo "it says: $(cat "$work/stderr")"
}

# From before the program begins
from_without_facility() {
	rm -f "$work/disk"
	start_qemu "${machine[@]}" -cpu max,cmm=off,cmmnt=off -kernel "$out/life.elf" -S
	add_disk
	save_by_job
	stop_machine
	start_qemu "${machine[@]}" "${lender[@]}" -serial "file:$work/console" \
		"${disk_arguments[@]}" -kernel "$out/life.elf" -loadvm one
	await_ready 1
	ready=1
	owed
}

jobs=0
while read -r policy interval volatile way; do
	name="by $way under $policy"
	options=()
	if [ "$volatile" = kept ]; then
		options=(-global "$device.migrate-volatile=on")
		name="$name, with volatile pages"
	fi
	rm -f "$work/disk"
	if start_life "$policy" "$interval" -smp 2 "${options[@]}"; then
		silent "$name: a disk" add_disk
		owed >/dev/null
		silent "$name: it is taken" take "$way"
		silent "$name: what is owed then" owed
		silent "$name: back to it" go_back "$way" "$volatile"
		silent "$name: and once more" go_back "$way" "$volatile"
		way=$([ "$way" = job ] && echo one || echo two)
		silent "$name: in a new QEMU" restart "$volatile"
	else
		not_ok "$name: a machine"
	fi
	stop_machine
done <<-END
	always	0	discarded	job
	host	20	discarded	job
	host	20	kept	job
	random	5	discarded	hmp
END
silent "a QEMU without the facility refuses it" without_facility
silent "one from such a QEMU: all pages are stable at first" from_without_facility
stop_machine
rm -f "$work/disk"
