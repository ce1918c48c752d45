#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# soak.sh SECONDS SEED WORK[:MIB]...: works that check their own data, all at once, in
# a memory cgroup each if there are MiB for it. The disks are found by their serial
# numbers: "system" is a Debian, read-only, what they write goes to "scratch", and
# "swap", if there is one, is swapped to.
#
# Each says "soak: WORK ok: N UNITS, N bytes verified, N s", or "soak: WORK failed: ...".

seconds=$1 seed=$2
shift 2
root=/mnt scratch=/mnt/scratch
states=/sys/kernel/mm/page_states

quit() { echo "soak: $*"; exit 2; }

# Their letters are given in the order in which they are found.
disk() { grep -lx "$1" /sys/block/vd*/serial | sed -n 's,/sys/block/\(.*\)/serial,/dev/\1,p'; }
mount_disk() { # SERIAL DIR OPTIONS TYPE...
	device=$(disk "$1") dir=$2 options=$3
	[ -n "$device" ] || quit "there is no disk $1"
	shift 3
	for type; do
		mount -t "$type" -o "$options" "$device" "$dir" 2>/dev/null && return
	done
	quit "$device is no $*"
}
mkdir -p $root
mount_disk system $root ro ext4 erofs squashfs
mount_disk scratch $scratch rw ext4 xfs
for dir in dev proc sys tests; do
	mount -o bind /$dir $root/$dir || quit "cannot bind /$dir"
done
mount -t tmpfs none $root/tmp
mount -t tmpfs none $root/dev/shm 2>/dev/null
[ -z "$(disk swap)" ] || { mkswap "$(disk swap)" >/dev/null && swapon "$(disk swap)"; } || quit "no swap"
mount -t cgroup2 none /sys/fs/cgroup 2>/dev/null && echo +memory >/sys/fs/cgroup/cgroup.subtree_control
[ ! -e $states ] || { echo "${interval:-200}" >$states/interval_ms; echo "${rest:-500}" >$states/rest_ms; }
mount -t tmpfs none $root/run
export HOME=/tmp LC_ALL=C

# In the Debian, in a directory of its own
in_debian() { chroot $root /bin/sh -c "cd /scratch/$work && exec \"\$@\"" sh "$@"; }
time_left() { [ "$(cut -d . -f 1 /proc/uptime)" -lt $end ]; }
failed() { echo "soak: $work failed: $*" >/tmp/said.$work; exit 1; }

done_with() { # UNITS WHAT BYTES
	echo "soak: $work ok: $1 $2, $3 bytes verified, $((seconds - end + $(cut -d . -f 1 /proc/uptime))) s" >/tmp/said.$work
}
size_of() { cat "$@" | wc -c; }

work_churn() {
	out=$(/tests/churn "$scratch/$work" "$seconds" "$seed" 2>&1) || failed "$out"
	out=${out##*churn: }
	done_with "${out%% *}" operations "$(echo "$out" | cut -d ' ' -f 3)"
}

work_reread() {
	/tests/reread "$scratch/$work" 32 "$seconds" $((seed + 1)) >/tmp/log.$work 2>&1 &
	out=$(/tests/reread "$scratch/$work" 32 "$seconds" "$seed" 2>&1) || failed "$out"
	wait $! || failed "$(cat /tmp/log.$work)"
	out=$(($(echo "$out" | cut -d ' ' -f 2) + $(cut -d ' ' -f 2 /tmp/log.$work)))
	done_with $((out / 4096)) pages $out
}

fio_with() { # ENGINE OPTION...
	engine=$1
	shift
	in_debian fio --name="$work" --ioengine="$engine" --rw=randwrite --bsrange=4k-64k --size=8m \
		--verify=crc32c --verify_fatal=1 --verify_backlog=32 --verify_async=1 --randseed="$seed" \
		--time_based --runtime=$((seconds / 2)) --output-format=terse --output=/tmp/out.$work "$@" \
		>/tmp/log.$work 2>&1 ||
		failed "$(grep -a -m 1 -i 'verify\|error\|bad' /tmp/log.$work $root/tmp/out.$work || tail -n 1 /tmp/log.$work)"
	# The sixth word is what was read, in KiB: all of it by verifying.
	kib=$(grep '^3;' $root/tmp/out.$work | cut -d ';' -f 6)
	done_with "$kib" KiB $((${kib:-0} * 1024))
}
work_fio_psync() { fio_with psync --fsync=64; }
work_fio_mmap() { fio_with mmap; }
work_fio_uring() { fio_with io_uring --iodepth=8; }
# What others have written is read in between.
work_fio_mixed() { fio_with sync --rw=randrw --rwmixread=60; }

# What ends with 3 or 4 cannot be had here, and where programs are killed for want of
# memory a stressor may be, too: 2 or 5. Those count for nothing.
work_stress() {
	n=0 without=
	while time_left; do
		for stressor in mmap vm mmapfork mincore madvise mlock fork readahead hdd seek fallocate \
				copy-file sendfile splice iomix remap msync pageswap; do
			time_left || break
			in_debian stress-ng --verify --$stressor 1 --timeout 3s --temp-path . --seed "$seed" \
				--mmap-bytes 8m --hdd-bytes 8m --readahead-bytes 8m --fallocate-bytes 8m \
				--copy-file-bytes 128m --iomix-bytes 8m --sendfile-size 2m --msync-bytes 4m \
				--vm-bytes 8m --pageswap-ops 20000 \
				>/tmp/log.$work 2>&1
			status=$?
			! grep -aq 'fail:' /tmp/log.$work || failed "$stressor: $(grep -a -m 1 'fail:' /tmp/log.$work)"
			case $status$oom in
			0*) n=$((n + 1)) ;;
			3* | 4* | 2oom | 5oom) without="$without $stressor" ;;
			*) failed "$stressor ends with $status: $(tail -n 1 /tmp/log.$work)" ;;
			esac
		done
	done
	done_with $n "stressors${without:+ (not$without)}" 0
}

# Three writers, and what they wrote adds up.
sqlite() { in_debian sqlite3 -cmd '.timeout 60000' base "$1" 2>&1; }
work_sqlite() {
	n=0
	sqlite 'pragma journal_mode=wal; create table t (w, i, s, unique (w, i));' >/dev/null
	while time_left; do
		writers=
		for writer in 1 2 3; do
			sqlite "with recursive c(i) as (select $n * 200 union all select i + 1 from c
				where i < $n * 200 + 199)
				insert into t select $writer, i, hex(i * 7919 + $writer) || zeroblob(0) ||
				printf('%.*c', i % 600, 'x') from c;" >/tmp/log.$work.$writer &
			writers="$writers $!"
		done
		for writer in $writers; do
			wait "$writer" || failed "a writer: $(cat /tmp/log.$work.*)"
		done
		n=$((n + 1))
		[ "$(sqlite 'pragma integrity_check')" = ok ] || failed "$(sqlite 'pragma integrity_check' | head -n 1)"
		[ "$(sqlite "select count(*) from t where s like hex(i * 7919 + w) || '%' and
			length(s) = length(hex(i * 7919 + w)) + max(1, i % 600)")" = $((n * 600)) ] ||
			failed "rows are missing or wrong after $n rounds"
	done
	done_with $((n * 600)) rows 0
}

git_() { in_debian git -c user.name=soak -c user.email=soak@localhost -c gc.auto=0 "$@" >/tmp/log.$work 2>&1; }
work_git() {
	n=0
	git_ init -q repo || failed "$(cat /tmp/log.$work)"
	cp -r $root/usr/include/s390x-linux-gnu $scratch/$work/repo/include
	while time_left; do
		find $scratch/$work/repo/include -name "*$((n % 10))*.h" -exec sed -i "1s/^/\/* $seed $n *\/\n/" {} +
		for step in "add -A" "commit -q -m $n" "repack -q -a -d -f" "fsck --full --strict" \
				"checkout-index -a -f --prefix=../out/"; do
			time_left || break 2
			# shellcheck disable=SC2086 # words
			git_ -C repo $step || failed "$step: $(grep -a -m 1 . /tmp/log.$work)"
		done
		diff -rq $scratch/$work/repo/include $scratch/$work/out/include >/tmp/log.$work ||
			failed "$(head -n 1 /tmp/log.$work)"
		rm -rf $scratch/$work/out
		n=$((n + 1))
	done
	done_with $n commits $((n * $(find $scratch/$work/repo/include -type f -exec cat {} + | wc -c)))
}

work_compile() {
	n=0 first=
	{
		echo '#include <stdio.h>'
		echo '#include <stdlib.h>'
		echo '#include <string.h>'
		for i in 0 1 2; do
			echo "int f$i(char *s, int n) { int h = $i; for (int i = 0; i < n; i++) h = h * 31 + s[i % 7] * f$i(s, n - 1 - i); return h; }"
		done
	} >$scratch/$work/source.c
	while time_left; do
		in_debian gcc -O2 -S -o out.s source.c >/tmp/log.$work 2>&1 || failed "$(head -n 1 /tmp/log.$work)"
		sum=$(sha256sum <$scratch/$work/out.s)
		[ "${first:=$sum}" = "$sum" ] || failed "another assembler output in round $n"
		n=$((n + 1))
	done
	done_with $n runs $((n * $(size_of $scratch/$work/out.s)))
}

# As a package manager does: unpack, check, remove
work_unpack() {
	n=0
	(cd $root/usr && tar -c include share/git-core 2>/dev/null) >$scratch/$work/archive.tar
	(cd $root/usr && find include share/git-core -type f -exec sha256sum {} +) >$scratch/$work/sums
	while time_left; do
		mkdir $scratch/$work/out
		tar -x -C $scratch/$work/out <$scratch/$work/archive.tar || failed "tar"
		(cd $scratch/$work/out && sha256sum -c ../sums 2>&1) | grep -v ': OK$' >/tmp/log.$work &&
			failed "$(head -n 1 /tmp/log.$work)"
		rm -rf $scratch/$work/out
		n=$((n + 1))
	done
	done_with $((n * $(wc -l <$scratch/$work/sums))) files $((n * $(size_of $scratch/$work/archive.tar)))
}

# some_files PERCENT: of the disk, whose sums are from outside, others in each round
some_files() {
	awk -v seed=$((seed * 1000 + round)) -v share=$1 'BEGIN { srand(seed) } rand() * 100 < share' $root/etc/sums
}

work_sums() {
	n=0 bytes=0 round=0
	while time_left; do
		round=$((round + 1))
		some_files 2 >/tmp/sums.$work
		(cd $root && sha256sum -c /tmp/sums.$work 2>&1) | grep -v ': OK$' >/tmp/log.$work &&
			failed "$(head -n 1 /tmp/log.$work)"
		bytes=$((bytes + $(cd $root && sed 's/^[^ ]*  //' /tmp/sums.$work | xargs stat -c %s | awk '{ n += $1 } END { print n + 0 }')))
		n=$((n + $(wc -l </tmp/sums.$work)))
	done
	done_with $n files $bytes
}

# The same files by a web server, which sends them from the page cache
work_nginx() {
	n=0 bytes=0 round=0
	mkdir -p $root/run/nginx
	cat >$root/run/nginx.conf <<-END
		user root;
		worker_processes 2;
		pid /run/nginx/pid;
		error_log stderr error;
		events { }
		http {
			access_log off;
			sendfile on;
			client_body_temp_path /run/nginx/body;
			proxy_temp_path /run/nginx/proxy;
			fastcgi_temp_path /run/nginx/fastcgi;
			uwsgi_temp_path /run/nginx/uwsgi;
			scgi_temp_path /run/nginx/scgi;
			server { listen 8080; root /; }
		}
	END
	chroot $root /usr/sbin/nginx -c /run/nginx.conf >/tmp/log.$work 2>&1 ||
		failed "nginx does not start: $(tail -n 1 /tmp/log.$work)"
	while time_left; do
		round=$((round + 1))
		some_files 1 | grep '  usr/\(include\|share\)/[^+%]*$' >/tmp/sums.$work
		while read -r sum file && time_left; do
			wget -q -T 60 -O /tmp/got.$work "http://127.0.0.1:8080/$file" || failed "no $file"
			[ "$(sha256sum </tmp/got.$work)" = "$sum  -" ] || failed "$file has another sum"
			bytes=$((bytes + $(size_of /tmp/got.$work)))
			n=$((n + 1))
		done </tmp/sums.$work
	done
	kill "$(cat $root/run/nginx/pid)"
	done_with $n files $bytes
}

# Programs of the disk over and over, and what they say
work_exec() {
	n=0 first=
	while time_left; do
		sum=$({ in_debian git --version; in_debian gcc -v; in_debian sqlite3 -version; in_debian fio --help; } 2>&1 | sha256sum)
		[ "${first:=$sum}" = "$sum" ] || failed "programs say something else in round $n"
		n=$((n + 1))
	done
	done_with $((n * 4)) programs 0
}

# A hog that the kernel has to kill, again and again
work_oom() {
	n=0
	# All that there is, swap included, but for what malloc() would refuse
	kib=$(awk '/^(MemTotal|SwapTotal):/ { n += $2 } END { print n - 16384 }' /proc/meminfo)
	while time_left; do
		dd if=/dev/zero of=/dev/null bs=${kib}k count=1 >/dev/null 2>&1
		[ $? != 137 ] || n=$((n + 1))
		sleep 2
	done
	[ $n -gt 0 ] || failed "nothing was killed"
	done_with $n kills 0
}

# The states of all pages, and folios that move and go
work_look() {
	n=0
	while time_left; do
		cat /sys/kernel/debug/page_states/table >/dev/null 2>&1
		[ ! -e /sys/kernel/debug/page_states/verify ] ||
			grep -q ' broken 0$' /sys/kernel/debug/page_states/verify || failed "$(cat /sys/kernel/debug/page_states/verify)"
		echo 1 >/proc/sys/vm/compact_memory
		echo $((n % 3 + 1)) >/proc/sys/vm/drop_caches
		n=$((n + 1))
		sleep 1
	done
	done_with $n looks 0
}

# Where this is one of the works others may be killed, too.
case " $* " in
*" oom "*) oom=oom ;;
*) oom= ;;
esac
end=$(($(cut -d . -f 1 /proc/uptime) + seconds))
pids=
for word; do
	work=${word%:*}
	type "work_$work" >/dev/null 2>&1 || quit "there is no work $work"
	mkdir -p "$scratch/$work"
	(
		if [ "$word" != "$work" ]; then
			mkdir "/sys/fs/cgroup/$work" || failed "no memory cgroup"
			echo $((${word#*:} * 1048576)) >"/sys/fs/cgroup/$work/memory.max" || failed "no limit"
			sh -c "echo \$PPID" >"/sys/fs/cgroup/$work/cgroup.procs"
		fi
		"work_$work"
	) &
	pids="$pids $!"
done
# shellcheck disable=SC2086 # words
wait $pids
status=0
for word; do
	work=${word%:*}
	if [ -e /tmp/said.$work ]; then
		cat /tmp/said.$work
		grep -q "^soak: $work ok" /tmp/said.$work || status=1
	else
		echo "soak: $work failed: it has ended and says nothing"
		status=1
	fi
done
# The file systems' own view
umount $scratch/ 2>/dev/null || { sleep 2; umount $scratch/; } || echo "soak: the scratch disk is busy"
grep -E '^(nr_volatile|page_(volatile|stable|discard|discard_fault)|oom_kill|pswp(in|out)|pgpgin) ' /proc/vmstat |
	sed 's/^/vmstat: /'
sed 's/^/vmstat: fault_/' /sys/kernel/debug/page_states/faults 2>/dev/null
exit $status
