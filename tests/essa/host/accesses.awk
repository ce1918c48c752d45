# SPDX-License-Identifier: GPL-2.0
# Which of TCG's instructions access storage, by QEMU's own source: those whose
# functions in insn-data.h.inc, or any that these mention, come to one that
# does.
#
#   awk -f accesses.awk SOURCE... insn-data.h.inc
#
# It prints the names of instructions, sorted. Function pointers in structures
# are not followed.

# A function begins at a name and its parameters in the first column, and ends
# with a brace there.
function begin_function(line) {
	sub(/^[^(]*HELPER\(/, "helper_", line)
	sub(/\).*/, "", line)
	sub(/\(.*/, "", line)
	sub(/.*[ *]/, "", line)
	return line
}

# What it mentions is what it might call.
function mention(line) {
	while (match(line, /[A-Za-z_][A-Za-z0-9_]*/)) {
		word = substr(line, RSTART, RLENGTH)
		line = substr(line, RSTART + RLENGTH)
		sub(/^gen_helper_/, "helper_", word)
		if (!((name, word) in seen)) {
			seen[name, word] = 1
			mentioned_by[word] = mentioned_by[word] " " name
		}
	}
}

# These do access storage.
BEGIN {
	accessor = "^(tcg_gen_qemu_(ld|st)|tcg_gen_atomic_|cpu_(ld|st)[a-z0-9]+_|cpu_atomic_" \
		"|access_prepare|probe_(access|read|write)|s390_cpu_virt_mem_(rw|read|write)" \
		"|cpu_map_lowcore|cpu_physical_memory_(rw|read|write|map)" \
		"|address_space_(rw|read|write|ld|st|map))"
}

function mark(word,	callers, count, i) {
	if (word in marked)
		return
	marked[word] = 1
	count = split(mentioned_by[word], callers, " ")
	for (i = 1; i <= count; i++)
		mark(callers[i])
}

# What interruptions store is not the instruction's.
FILENAME ~ /excp_helper/ { nextfile }

FILENAME ~ /insn-data/ && /^ *[CDEF]\(0x/ {
	sub(/^ *[CDEF]\(/, "")
	gsub(/[ )]/, "")
	split($0, field, ",")
	insn[field[2]] = "in1_" field[5] " in2_" field[6] " wout_" field[8] " op_" field[9]
	next
}

/^[A-Za-z][A-Za-z0-9_ *]*[ *][A-Za-z0-9_]+\(/ && !/;$/ { name = begin_function($0); next }
/^}/ { name = "" }
name { mention($0) }

END {
	for (word in mentioned_by) {
		if (word ~ accessor)
			mark(word)
	}
	for (i in insn) {
		count = split(insn[i], function_, " ")
		for (j = 1; j <= count; j++) {
			if (function_[j] in marked) {
				print i | "sort"
				break
			}
		}
	}
}
