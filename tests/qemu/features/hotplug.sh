# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154 # variables of life.sh
# CPUs and memory that come while pages are being lent.

# said: what the program has found so far becomes ours
said() {
	local line
	while read -r line; do
		result "" "$line"
	done < <(tr -d '\r' <"$work/console")
}

plug_cpu() { # CORE
	qmp device_add "{\"driver\": \"max-s390x-cpu\", \"core-id\": $1, \"id\": \"cpu$1\"}"
}

lender always 0
if start_machine hotplug -smp 1,maxcpus=3; then
	if answer=$(plug_cpu 1) && await_ready 2; then
		said
	else
		not_ok "a CPU is plugged" "$answer"
	fi
	if answer=$(plug_cpu 1); then
		not_ok "it is not plugged twice" "$answer"
	else
		ok "it is not plugged twice"
	fi
	if answer=$(qmp device_del '{"id": "cpu1"}'); then
		not_ok "it cannot be unplugged" "$answer"
	else
		ok "it cannot be unplugged"
	fi
	# A third one, which the guest never starts, has to be flushed too.
	if answer=$(plug_cpu 2) && reset_machine && await_ready 3; then
		ok "the machine is reset with the CPUs that were plugged"
	else
		not_ok "the machine is reset with the CPUs that were plugged" "$answer"
	fi
else
	not_ok "a machine with room for CPUs"
fi
stop_machine

# shellcheck disable=SC2054 # QEMU's commas
devmem=(-object memory-backend-ram,id=ram0,size=64M
	-device virtio-mem-ccw,id=mem0,memdev=ram0,requested-size=32M)
if ! grep -qw virtio-mem-ccw < <("${machine[@]}" -device help 2>&1); then
	skip "memory" "this QEMU has no virtio-mem-ccw"
elif start_machine device -m "${memory}M,maxmem=2G" "${devmem[@]}"; then
	states=$(qmp query-s390x-page-states)
	if [ "$(total_pages)" = $((memory * 256)) ]; then
		ok "the states are those of the machine's own memory"
	else
		not_ok "the states are those of the machine's own memory" "$states"
	fi
	qmp object-add '{"qom-type": "memory-backend-ram", "id": "ram1", "size": 67108864}' >/dev/null
	if answer=$(qmp device_add '{"driver": "virtio-mem-ccw", "id": "mem1", "memdev": "ram1"}') &&
	   answer=$(qmp qom-set '{"path": "/machine/peripheral/mem1", "property": "requested-size", "value": 67108864}'); then
		ok "memory is plugged while pages are lent"
	else
		not_ok "memory is plugged while pages are lent" "$answer"
	fi
	qmp inject-nmi >/dev/null
	await_ready 2
	said
else
	not_ok "a machine with device memory"
fi
