# SPDX-License-Identifier: GPL-2.0
# The results of QEMU and of Hercules, compared: a table, and a line for each program.
#
#   awk -f conformance.awk QEMU.LOG HERCULES.LOG
#
# A case of QEMU's that has not passed on Hercules is explained if it is skipped there
# with a reason, or the whole program is. One of Hercules' that has not passed on QEMU
# is explained if it is skipped there.

FNR == 1 { machine++ }

# The reason is behind the last colon of a skip, the program before the first.
/^(ok|not ok|skip) / {
	said = $1
	name = $0
	sub(/^(ok|not ok|skip) /, "", name)
	if (said == "skip") {
		reason = name
		sub(/.*: /, "", reason)
		sub(/: [^:]*$/, "", name)
	}
	program = name
	sub(/: .*/, "", program)
	if (!(program in known)) {
		known[program] = 1
		order[++programs] = program
	}
	if (said == "ok") {
		if (!((machine, name) in passed))
			count[machine, program]++
		passed[machine, name] = program
	} else if (said == "skip") {
		skipped[machine, name] = reason
	}
}

function complain(program, text) {
	bad[program] = bad[program] "    " text "\n"
}

END {
	for (key in passed) {
		split(key, part, SUBSEP)
		name = part[2]
		program = passed[key]
		other = 3 - part[1]
		if ((other, name) in passed)
			continue
		explained = (other, name) in skipped
		if (part[1] == 2) {
			if (!explained)
				complain(program, name ": passes on Hercules alone")
		} else if (explained && skipped[2, name] ~ /^differs, /) {
			different[program]++
		} else if (explained || (!count[2, program] && (2, program) in skipped)) {
			absent[program]++
		} else {
			complain(program, name ": passes on QEMU alone")
		}
	}
	line = "%-22s %11s %15s %9s %6s\n"
	printf line, "program", "QEMU passed", "Hercules passed", "different", "absent"
	for (i = 1; i <= programs; i++) {
		program = order[i]
		printf line, program, count[1, program] + 0, count[2, program] + 0,
			different[program] + 0, absent[program] + 0
		for (machine = 1; machine <= 2; machine++)
			total[machine] += count[machine, program]
		all_different += different[program]
		all_absent += absent[program]
	}
	printf line, "all", total[1], total[2], all_different, all_absent
	for (i = 1; i <= programs; i++)
		printf "%s%s %s\n", bad[order[i]], bad[order[i]] ? "not ok" : "ok", order[i]
}
