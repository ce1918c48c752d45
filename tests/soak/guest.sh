# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154,SC2034 # variables of run and ../guest/lib.sh, and for them
# One guest of the soak, from its line in the table to a line of results.

number() { local n; n=$(counter "$1"); echo "${n:-0}"; }

# run_guest SEED SECONDS NAME KERNEL QEMU CPUS POLICY SYSTEM SCRATCH MIB INTERVAL,REST WORK...:
# in a process of its own
run_guest() {
	local seed=$1 seconds=$2 name=$3 emulator=$5 cpus=$6 policy=$7 system=$8 scratch=$9 memory=${10} times=${11}
	local begin=$SECONDS extra=() words='' build
	build=$(build "$4" "$5")
	[[ $4 != *+* ]] || words=${4#*+}
	KERNEL=$(kernel "$4") QEMU=$(emulator "$emulator")
	shift 11
	case $emulator in
	*-strict) extra=(-global s390-storage_attributes-tcg.x-strict=on -trace s390_page_states_unused_access) ;;
	# What QEMU has not freed at its end is no matter of this.
	*-asan) export ASAN_OPTIONS=detect_leaks=0 ;;
	esac
	case $policy in
	host:*)
		trap memcg_end EXIT
		trap "exit 143" TERM
		if ! memcg_make "soak-$seed" || ! memcg_add_swap "$work/host-swap-$seed" 768 ||
			! memcg_limit "${policy#*:}"; then
			verdict "not ok $name, seed $seed: ${memcg_lacks:-no limit of ${policy#*:} MiB}"
			return
		fi
		;;
	random:*) extra+=(-global "s390-storage_attributes-tcg.discard-percent=${policy#*:}") ;;
	esac

	guest "$name-$seed" $((seconds * 3 + 240)) \
		"cmma=full debug_page_states $words hung_task_panic=1 interval=${times%,*} rest=${times#*,}
run=\"/tests/soak.sh $seconds $seed $*\"" \
		-cpu max -m "$memory" -smp "$cpus" "${extra[@]}" \
		-global "s390-storage_attributes-tcg.policy=${policy%:*}" \
		-global "s390-storage_attributes-tcg.seed=$seed" \
		-global s390-storage_attributes-tcg.interval-ms=0 \
		-drive "file=$O/guest/soak.$system,if=none,id=system,format=raw,readonly=on" \
		-device virtio-blk-ccw,drive=system,serial=system \
		-drive "file=$O/guest/scratch.$scratch,if=none,id=scratch,format=raw,snapshot=on" \
		-device virtio-blk-ccw,drive=scratch,serial=scratch \
		-drive "file=$swap,if=none,id=swap,format=raw,snapshot=on" \
		-device virtio-blk-ccw,drive=swap,serial=swap
	local status=$?
	memcg_end
	# What was interrupted proves nothing.
	[ ! -e "$interrupted" ] || return
	record $status "$@"
}

record() { # STATUS WORK...
	local status=$1 label="$name, seed $seed" said mismatches warnings hangs=0
	shift
	said=$(tr -d '\r' <"$console" | sed -n 's/^soak: //p')
	mismatches=$(grep -c ' failed: ' <<<"$said")
	warnings=$(complaints | wc -l)
	says '^lib: no end|blocked for more than' && hangs=1
	grep -q unused_access "$work/$name-$seed.qemu" && warnings=$((warnings + 1))
	grep -qE "ERROR: AddressSanitizer|runtime error:" "$work/$name-$seed.qemu" && warnings=$((warnings + 1))
	jq -cn --arg guest "$name" --arg build "$build" --argjson seed "$seed" --argjson cpus "$cpus" --arg policy "$policy" \
		--argjson seconds $((SECONDS - begin)) --argjson discards "$(number page_discard)" \
		--argjson discard_faults "$(number page_discard_fault)" \
		--argjson faults_user "$(number fault_user)" --argjson faults_fetch "$(number fault_fetch)" \
		--argjson faults_kernel "$(number fault_kernel)" --argjson faults_atomic "$(number fault_atomic)" \
		--argjson pages_read $(($(number pgpgin) / 4)) \
		--argjson verified_bytes "$(sed -n 's/.* \([0-9]*\) bytes verified.*/\1/p' <<<"$said" |
			awk '{ n += $1 } END { printf "%.0f", n }')" \
		--argjson oom_kills "$(number oom_kill)" --argjson works $# --argjson idle "$(grep -c ' ok: 0 ' <<<"$said")" --argjson mismatches "$mismatches" \
		--argjson warnings "$warnings" --argjson hangs $hangs --arg said "$said" \
		'$ARGS.named | .said |= split("\n")' >>"$rows"
	if [ "$warnings" != 0 ]; then
		verdict "not ok $label: $(complaints | cat - "$work/$name-$seed.qemu" | head -n 1)"
	elif [ "$mismatches" != 0 ]; then
		verdict "not ok $label: $(grep -m 1 ' failed: ' <<<"$said")"
	elif [ "$status" != 0 ]; then
		verdict "not ok $label: $(tail -n 1 "$console")"
	elif [ "$(number page_discard)" -lt 1000 ] && [[ $policy != host:* ]]; then
		verdict "not ok $label: no more than $(number page_discard) pages were discarded"
	else
		verdict "ok $label ($(number page_discard) discards, $(number page_discard_fault) faults)"
		# shellcheck disable=SC2001 # of each line
		sed 's/^/# /' <<<"$said"
		return
	fi
	echo "# console: $console"
}
