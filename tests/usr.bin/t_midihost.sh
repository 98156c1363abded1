#!/usr/bin/env atf-sh
#
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# t_midihost.sh: midihost(8) as a program: its errors, its life, and its
# nodes as other programs find them.
#
# BSDMIDI_BIN names the folder that the programs are in, BSDMIDI_TOOLS that
# of h_dev.  Waiting is for an event, with an end far away; no result depends
# on how long something took.

. "${BSDMIDI_SRC}/tests/usr.bin/h_await.sh"

midihost="${BSDMIDI_BIN}/midihost"
h_dev="${BSDMIDI_TOOLS}/h_dev"

note='\220\074\100'
note_hex=' 90 3c 40'

require_fuse()
{
	[ -w /dev/fuse ] || atf_skip "/dev/fuse cannot be used here"
}

# The state of process $1: a letter, or nothing.
state()
{
	sed 's/.*) \(.\).*/\1/' "/proc/$1/stat" 2>/dev/null
}

# One that nobody has waited for yet is gone as well.
gone()
{
	case $(state "$1") in
	''|Z)	return 0 ;;
	esac
	return 1
}

empty()
{
	[ -d "$1" ] && [ -z "$(ls "$1")" ]
}

# Has process $1 become its program, opened a node, and does it wait?
sleeps()
{
	grep -qv 'sh$' "/proc/$1/comm" &&
	    ls -l "/proc/$1/fd" | grep -q "$(pwd)/.*/rmidi" &&
	    [ "$(state "$1")" = S ]
}

# Start it in dev with the attachments given.
start()
{
	require_fuse
	[ -d dev ] || mkdir dev
	atf_check -s exit:0 "${midihost}" -p pid -m dev "$@"
	server=$(cat pid)
}

# No Active Sensing between the bytes that a test compares.
no_sensing()
{
	atf_check -s exit:0 env MIDI_DIR=dev "${BSDMIDI_BIN}/midictl" \
	    set all asense_generate=0
}

stop()
{
	kill "${server}"
	await gone "${server}"
	empty dev || atf_fail "dev is not empty"
	[ ! -e pid ] || atf_fail "the pidfile is still there"
}

# For cleanup parts: nothing may stay behind, whatever has happened.
stop_all()
{
	for f in pid pid2; do
		[ -s $f ] && kill -9 "$(cat $f)" 2>/dev/null
	done
	for d in dev dev2; do
		while grep -q " $(pwd)/$d fuse" /proc/mounts; do
			umount -l $d 2>/dev/null ||
			    fusermount3 -uzq $d || sleep 0.1
		done
	done
}

atf_test_case usage
usage_head()
{
	atf_set descr "Catches wrong arguments that are taken"
}
usage_body()
{
	atf_check -s exit:1 -e match:'^usage: midihost ' "${midihost}"
	atf_check -s exit:1 -e match:'^usage: midihost ' "${midihost}" -m d
	atf_check -s exit:1 -e match:'^usage: midihost ' \
	    env -u MIDI_DIR "${midihost}" vmidi
	atf_check -s exit:1 -e match:'^usage: midihost ' "${midihost}" -Z
	mkdir d
	for a in xmidi vmidis 'vmid:1' '' pt: ':'; do
		atf_check -s exit:1 -e inline:"midihost: $a: unknown \
attachment\n" "${midihost}" -m d "$a"
	done
	for a in vmidi: vmidi:0 vmidi:65 vmidi:-1 vmidi:x vmidi:1x; do
		atf_check -s exit:1 -e match:"^midihost: $a: the number of" \
		    "${midihost}" -m d "$a"
	done
	for a in pty pty: pty:,canonical tty: tty:@31250; do
		atf_check -s exit:1 -e inline:"midihost: $a: no path\n" \
		    "${midihost}" -m d "$a"
	done
	atf_check -s exit:1 -e match:'pty:l,in: a pseudo-terminal is for' \
	    "${midihost}" -m d pty:l,in
	atf_check -s exit:1 -e match:'in and out exclude' \
	    "${midihost}" -m d tty:/dev/null,in,out
	for a in tty:/dev/null@ tty:/dev/null@0 tty:/dev/null@fast; do
		atf_check -s exit:1 -e inline:"midihost: $a: bad speed\n" \
		    "${midihost}" -m d "$a"
	done
	for a in isa isa: isa:mpu isa:@0x330; do
		atf_check -s exit:1 -e match:"^midihost: $a: a driver and its" \
		    "${midihost}" -m d "$a"
	done
	for a in isa:mpu@ isa:mpu@0 isa:mpu@x isa:mpu@-1 isa:mpu@0x330x \
	    isa:mpu@0x10000; do
		atf_check -s exit:1 -e inline:"midihost: $a: bad port\n" \
		    "${midihost}" -m d "$a"
	done
	empty d || atf_fail "d is not empty"
}

atf_test_case devices
devices_head()
{
	atf_set descr "Catches a system without FUSE or CUSE that is not told"
}
devices_body()
{
	mkdir d
	if [ ! -e /dev/cuse ]; then
		atf_check -s exit:1 -e inline:"midihost: /dev/cuse: No such \
file or directory (is the module cuse loaded?)\n" "${midihost}" -c vmidi
	fi
	if [ ! -e /dev/fuse ]; then
		atf_check -s exit:1 -e inline:"midihost: /dev/fuse: No such \
file or directory (is the module fuse loaded?)\n" "${midihost}" -m d vmidi
	elif [ ! -w /dev/fuse ]; then
		atf_check -s exit:1 -e inline:"midihost: /dev/fuse: \
Permission denied\n" "${midihost}" -m d vmidi
	fi
	empty d || atf_fail "d is not empty"
}

atf_test_case directory cleanup
directory_head()
{
	atf_set descr "Catches a directory that is no fit place, and is used," \
	    "or is refused without a word"
}
directory_body()
{
	require_fuse
	atf_check -s exit:1 -e match:'^midihost: no: No such file' \
	    "${midihost}" -m no vmidi
	touch file
	atf_check -s exit:1 -e match:'^midihost: file: Not a directory' \
	    "${midihost}" -m file vmidi
	mkdir full
	touch full/x
	atf_check -s exit:1 -e match:'^midihost: full: not empty' \
	    "${midihost}" -m full vmidi
	start vmidi
	atf_check -s exit:1 -e match:'^midihost: dev: busy: ' \
	    "${midihost}" -m dev vmidi
	atf_check -s exit:1 -e match:'^midihost: dev/: busy: ' \
	    "${midihost}" -m dev/ vmidi
	atf_check test -e dev/rmidi0
	# Another directory is no matter.
	mkdir dev2
	atf_check "${midihost}" -p pid2 -m dev2 vmidi
	stop
	server=$(cat pid2)
	kill "${server}"
	await gone "${server}"
}
directory_cleanup()
{
	stop_all
}

atf_test_case attachment cleanup
attachment_head()
{
	atf_set descr "Catches an attachment that fails, and a host that runs" \
	    "without it or leaves something behind"
}
attachment_body()
{
	require_fuse
	mkdir dev
	touch file
	atf_check -s exit:1 -e match:'^midihost: tty:no: No such file' \
	    "${midihost}" -m dev vmidi tty:no
	atf_check -s exit:1 -e match:'^midihost: tty:file: not a serial' \
	    "${midihost}" -m dev vmidi tty:file
	atf_check -s exit:1 -e match:'^midihost: tty:dev: not a serial' \
	    "${midihost}" -m dev vmidi tty:dev
	atf_check -s exit:1 -e match:'tty:/dev/null@9600: has no speed' \
	    "${midihost}" -m dev vmidi tty:/dev/null@9600
	atf_check -s exit:1 -e match:'^midihost: pty:file: exists and is no' \
	    "${midihost}" -m dev pty:link pty:file
	ln -s file link
	atf_check -s exit:1 -e match:'^midihost: pty:link: exists and is no' \
	    "${midihost}" -m dev pty:link
	atf_check -s exit:1 -e match:'^midihost: pty:no/x: No such file' \
	    "${midihost}" -m dev pty:no/x
	atf_check -s exit:1 -e match:'^midihost: .*/no/pid: No such file' \
	    "${midihost}" -p no/pid -m dev vmidi
	[ "$(echo *)" = "dev file link" ] || atf_fail "left behind: $(echo *)"
	empty dev || atf_fail "dev is not empty"
}
attachment_cleanup()
{
	stop_all
}

atf_test_case life cleanup
life_head()
{
	atf_set descr "Catches nodes that are not there when it says so, and" \
	    "an end that is not clean"
}
life_body()
{
	for sig in TERM INT HUP; do
		start vmidi:2 pty:link
		for n in midictl music sequencer evcnt rmidi0 rmidi3 rmidi4; do
			[ -f dev/$n ] || atf_fail "no $n"
		done
		atf_check test -c link
		kill -s "${sig}" "${server}"
		await gone "${server}"
		empty dev || atf_fail "dev is not empty"
		[ "$(echo *)" = dev ] || atf_fail "left behind: $(echo *)"
	done
	# In the foreground, with its exit status.
	"${midihost}" -f -p pid -m dev vmidi &
	child=$!
	await test -s pid
	atf_check -o inline:"${child}\n" cat pid
	atf_check test -e dev/rmidi0
	kill -s INT "${child}"
	wait "${child}" || atf_fail "exit status $?"
	empty dev || atf_fail "dev is not empty"
	# A relative directory in the environment.
	atf_check env MIDI_DIR=dev "${midihost}" -p pid vmidi
	server=$(cat pid)
	atf_check test -e dev/rmidi0
	stop
}
life_cleanup()
{
	stop_all
}

atf_test_case unmounted cleanup
unmounted_head()
{
	atf_set descr "Catches a host that lives on when its directory was" \
	    "unmounted"
}
unmounted_body()
{
	start vmidi
	atf_check fusermount3 -u dev
	await gone "${server}"
	atf_check test ! -e pid
}
unmounted_cleanup()
{
	stop_all
}

atf_test_case lost cleanup
lost_head()
{
	atf_set descr "Catches an end that leaves open files anything but EIO"
}
lost_body()
{
	start vmidi
	"${h_dev}" lost dev/rmidi1 go >out &
	child=$!
	await grep -q open out
	await sleeps "${child}"
	stop
	touch go
	wait "${child}"
	atf_check -o inline:'open
read: Input/output error
read: Input/output error
write: Input/output error
' cat out
}
lost_cleanup()
{
	stop_all
}

atf_test_case names cleanup
names_head()
{
	atf_set descr "Catches names that a device directory would not take," \
	    "or would"
}
names_body()
{
	start vmidi
	atf_check -o inline:'evcnt\nmidictl\nmusic\nrmidi0\nrmidi1\nsequencer\n' ls dev
	atf_check -o inline:'regular empty file 666 0 0\n' \
	    stat -c '%F %a %u %g' dev/rmidi0
	atf_check -s exit:1 -e match:'No such file' cat dev/rmidi2
	atf_check -s exit:1 -e ignore touch dev/rmidi2
	atf_check -s exit:1 -e ignore mkdir dev/d
	atf_check -s exit:1 -e ignore rm -f dev/rmidi0
	atf_check -s exit:1 -e ignore mv dev/rmidi0 dev/rmidi2
	atf_check -s exit:1 -e ignore ln -s x dev/x
	atf_check -s exit:1 -e ignore chmod 600 dev/rmidi0
	atf_check touch dev/rmidi0
	atf_check truncate -s 0 dev/rmidi0
	atf_check sh -c ': >dev/rmidi0'
	atf_check sh -c ': >>dev/rmidi0'
	atf_check sh -c ': <>dev/rmidi0'
	# Both numbers of the inode are found.
	atf_check -o ignore stat dev/rmidi0
	atf_check -o not-empty cat dev/evcnt
	atf_check -s exit:1 -e ignore "${h_dev}" ioctl dev
	stop
}
names_cleanup()
{
	stop_all
}

atf_test_case cat_patch cleanup
cat_patch_head()
{
	atf_set descr "Catches what keeps cat from patching two nodes, and a" \
	    "node to itself"
}
cat_patch_body()
{
	start vmidi:2
	# Cables 0-1 and 2-3; the patch joins 1 and 2.
	cat dev/rmidi3 >got &
	got=$!
	"${h_dev}" sigdfl cat -u dev/rmidi1 >dev/rmidi2 &
	patch=$!
	await sleeps "${got}"
	await sleeps "${patch}"
	printf "${note}" >dev/rmidi0
	# Closing ends the note.
	await has_bytes got "${note_hex} 80 3c 40"
	kill -s INT "${patch}"
	wait "${patch}"
	atf_check_equal 130 $?
	kill "${got}"
	# One description, and two, on the very same node.
	for how in '0<>dev/rmidi1 1>&0' '<dev/rmidi1 >dev/rmidi1'; do
		rm -f err
		eval "\"${h_dev}\" sigdfl cat -u $how 2>err &"
		patch=$!
		await sleeps "${patch}"
		cat dev/rmidi0 >got &
		got=$!
		await sleeps "${got}"
		exec 3>dev/rmidi0
		printf "${note}" >&3
		await has_bytes got "${note_hex}"
		exec 3>&-
		kill -s INT "${patch}"
		wait "${patch}"
		atf_check_equal 130 $?
		kill "${got}"
		atf_check cat err
	done
	stop
}
cat_patch_cleanup()
{
	stop_all
}

# How many bytes of Active Sensing have come?
senses()
{
	od -An -tx1 -v "$1" | tr ' ' '\n' | grep -c fe
}

senses_twice()
{
	[ "$(senses "$1")" -ge 2 ]
}

atf_test_case sense_loss cleanup
sense_loss_head()
{
	atf_set descr "Catches a patch by cat that goes on when its input has" \
	    "fallen silent, a note that it leaves, and sensing after its end"
}
sense_loss_body()
{
	start vmidi:2
	# Cables 0-1 and 2-3; the patch joins 1 and 2, which sends sensing.
	atf_check -s exit:0 env MIDI_DIR=dev "${BSDMIDI_BIN}/midictl" \
	    set 2 asense_generate=1
	atf_check -s exit:0 env MIDI_DIR=dev "${BSDMIDI_BIN}/midictl" \
	    set 3 asense_pass=1
	cat dev/rmidi3 >got &
	got=$!
	cat -u dev/rmidi1 >dev/rmidi2 &
	patch=$!
	await sleeps "${got}"
	await sleeps "${patch}"
	exec 3>dev/rmidi0
	printf "${note}" >&3
	# No loss, as no sensing has come.
	await senses_twice got
	kill -0 "${patch}" || atf_fail "it ended without reason"
	printf '\376' >&3
	wait "${patch}" || atf_fail "it did not end as at an end of file"
	# The note was ended, and then comes nothing any more.
	had=$(senses got)
	sleep 1
	[ "$(senses got)" -eq "${had}" ] || atf_fail "sensing goes on"
	kill "${got}"
	tr -d '\376' <got >notes
	has_bytes notes "${note_hex} 80 3c 40" || atf_fail "the note sounds on"
	exec 3>&-
	stop
}
sense_loss_cleanup()
{
	stop_all
}

atf_test_case shell_read cleanup
shell_read_head()
{
	atf_set descr "Catches a node that looks seekable: what a program read" \
	    "too much is not there for the next one"
}
shell_read_body()
{
	start vmidi
	exec 3<dev/rmidi1
	exec 4>dev/rmidi0
	printf "${note}${note}" >&4
	head -n 0 <&3
	dd bs=3 count=1 status=none <&3 >got
	head -c 3 <&3 >>got
	has_bytes got "${note_hex}${note_hex}" || atf_fail "not all is there"
	exec 3<&- 4>&-
	stop
}
shell_read_cleanup()
{
	stop_all
}

# One case for each of h_dev's commands.
dev_case()
{
	start vmidi
	atf_check -s exit:0 timeout 100 "${h_dev}" "$1" dev/rmidi0 dev/rmidi1
	stop
}

atf_test_case nonblock cleanup
nonblock_head()
{
	atf_set descr "Catches O_NONBLOCK that is not heeded, or stays"
}
nonblock_body()
{
	dev_case nonblock
}
nonblock_cleanup()
{
	stop_all
}

atf_test_case poll cleanup
poll_head()
{
	atf_set descr "Catches poll, select and epoll that say what is not so," \
	    "or do not wake"
}
poll_body()
{
	dev_case poll
}
poll_cleanup()
{
	stop_all
}

atf_test_case storm cleanup
storm_head()
{
	atf_set descr "Catches a wakeup that is lost, edge-triggered ones too"
}
storm_body()
{
	dev_case storm
}
storm_cleanup()
{
	stop_all
}

atf_test_case shared cleanup
shared_head()
{
	atf_set descr "Catches a read that keeps the writer of the same" \
	    "description out"
}
shared_body()
{
	dev_case shared
}
shared_cleanup()
{
	stop_all
}

atf_test_case signals cleanup
signals_head()
{
	atf_set descr "Catches a blocked call that a signal does not end"
}
signals_body()
{
	dev_case signal
}
signals_cleanup()
{
	stop_all
}

atf_test_case ioctl cleanup
ioctl_head()
{
	atf_set descr "Catches a node that looks like a terminal or a file"
}
ioctl_body()
{
	dev_case ioctl
}
ioctl_cleanup()
{
	stop_all
}

atf_test_case readers cleanup
readers_head()
{
	atf_set descr "Catches blocked calls that use up what serves others"
}
readers_body()
{
	start vmidi:34
	readers=
	for i in $(seq 1 2 65); do
		cat dev/rmidi$i >got.$i &
		readers="${readers} $!"
	done
	for r in ${readers}; do
		await sleeps "$r"
	done
	# Somebody else, while all of them wait.
	cat dev/rmidi67 >got.67 &
	readers="${readers} $!"
	await sleeps $!
	for i in $(seq 66 -2 0); do
		printf "${note}" >dev/rmidi$i
		await has_bytes got.$((i + 1)) "${note_hex} 80 3c 40"
	done
	# And pollers, far more than there are nodes.
	for r in ${readers}; do
		kill -9 "$r"
	done
	stop
}
readers_cleanup()
{
	stop_all
}

atf_test_case one_by_one cleanup
one_by_one_head()
{
	atf_set descr "Catches a node that is busy for the next program after" \
	    "one has closed it"
}
one_by_one_body()
{
	start vmidi
	cat dev/rmidi1 >got &
	got=$!
	await sleeps "${got}"
	for i in $(seq 100); do
		printf "${note}" >dev/rmidi0 || atf_fail "busy, the ${i}th"
	done
	kill "${got}"
	stop
}
one_by_one_cleanup()
{
	stop_all
}

atf_test_case blocked_writer cleanup
blocked_writer_head()
{
	atf_set descr "Catches a writer that waits and holds up all who look" \
	    "at the node"
}
blocked_writer_body()
{
	start vmidi
	exec 3<dev/rmidi1
	yes "$(printf "${note}")" | tr -d '\n' >dev/rmidi0 &
	writer=$!
	await sleeps "${writer}"
	sleep 0.3
	atf_check -s exit:1 -e match:'resource busy' \
	    timeout 20 truncate -s 0 dev/rmidi0
	atf_check -s exit:2 -e match:'resource busy' \
	    timeout 20 sh -c 'exec 4>dev/rmidi0'
	atf_check timeout 20 touch -c -d now dev/rmidi0
	atf_check -o ignore timeout 20 stat dev/rmidi0
	atf_check timeout 20 sh -c 'exec 4<dev/rmidi0'
	kill -9 "${writer}"
	await gone "${writer}"
	atf_check timeout 20 sh -c 'exec 4>dev/rmidi0'
	exec 3<&-
	stop
}
blocked_writer_cleanup()
{
	stop_all
}

atf_test_case killed_client cleanup
killed_client_head()
{
	atf_set descr "Catches a client that was killed and holds its node"
}
killed_client_body()
{
	start vmidi
	for i in $(seq 20); do
		cat dev/rmidi1 >/dev/null &
		client=$!
		[ $((i % 2)) = 0 ] || await sleeps "${client}"
		kill -9 "${client}"
		wait "${client}"
	done
	cat dev/rmidi1 >got &
	client=$!
	await sleeps "${client}"
	printf "${note}" >dev/rmidi0
	await has_bytes got "${note_hex} 80 3c 40"
	kill "${client}"
	stop
}
killed_client_cleanup()
{
	stop_all
}

atf_test_case killed cleanup
killed_head()
{
	atf_set descr "Catches a host that was killed and leaves a program" \
	    "that waits for ever, or a mount"
}
killed_body()
{
	start vmidi pty:link
	cat dev/rmidi1 >got 2>err &
	reader=$!
	await sleeps "${reader}"
	kill -9 "${server}"
	await gone "${reader}"
	await empty dev
	start vmidi pty:link
	atf_check test -c link
	stop
	atf_check test ! -L link
}
killed_cleanup()
{
	stop_all
}

atf_test_case stale cleanup
stale_head()
{
	atf_set descr "Catches a dead mount that stands in the way for ever"
}
stale_body()
{
	start vmidi
	guard=$(pgrep -f "^sh -c .* $(pwd)/dev\$") || atf_fail "no guard"
	kill -9 ${guard} "${server}"
	await gone "${server}"
	atf_check -s exit:2 -e match:'not connected' ls dev
	start vmidi
	atf_check test -e dev/rmidi0
	stop
}
stale_cleanup()
{
	stop_all
}

atf_test_case user cleanup
user_head()
{
	atf_set descr "Catches what an ordinary user cannot do"
	atf_set require.user root
}
user_body()
{
	require_fuse
	[ "$(stat -c %a /dev/fuse)" = 666 ] ||
	    atf_skip "/dev/fuse is not for users here"
	[ -u "$(command -v fusermount3)" ] || atf_skip "fusermount3"
	as="setpriv --reuid=65534 --regid=65534 --clear-groups"
	mkdir dir
	chmod 755 .
	chown 65534 dir
	${as} test -x dir || atf_skip "the way here is not open"
	mkdir dir/dev
	atf_check -s exit:1 -e match:'^midihost: dir/dev: Permission' \
	    ${as} "${midihost}" -m dir/dev vmidi
	chown 65534 dir/dev
	atf_check ${as} "${midihost}" -p dir/pid -m dir/dev vmidi
	cp dir/pid pid
	server=$(cat pid)
	atf_check -o match:rmidi0 ${as} ls dir/dev
	atf_check ${as} timeout 100 "${h_dev}" poll dir/dev/rmidi0 \
	    dir/dev/rmidi1
	atf_check -s exit:1 -e match:'Permission denied' \
	    ${as} touch dir/dev/x
	kill -9 "${server}"
	await gone "${server}"
	await user_empty dir/dev
	atf_check ${as} "${midihost}" -p dir/pid -m dir/dev vmidi
	server=$(cat dir/pid)
	kill "${server}"
	await gone "${server}"
	user_empty dir/dev || atf_fail "dir/dev is not empty"
}
user_empty()
{
	[ "$(${as} ls "$1")" = '' ] && ! grep -q "$1 fuse" /proc/mounts
}
user_cleanup()
{
	stop_all
	umount -l dir/dev 2>/dev/null || true
}

atf_test_case pty cleanup
pty_head()
{
	atf_set descr "Catches bytes that a pseudo-terminal changes, and a far" \
	    "side that cannot be closed and opened"
}
pty_body()
{
	# Not as the leader of a session, whose terminal it would become.
	(pty_test) || atf_fail "see above"
}
pty_test()
{
	start pty:link
	no_sensing
	exec 4<>dev/rmidi0
	# Nobody is there: it is lost, and nothing waits.
	printf "${note}" >&4
	for i in 1 2; do
		# Carriage return and newline, ^C, ^D, ^Z, ^S; DEL.
		exec 3<>link
		printf '\300\015\300\012\300\003\300\004\300\032\300\023' >&4
		printf '\300\177' >&4
		atf_check -o inline:' c0 0d 0a 03 04 1a 13 7f\n' \
		    sh -c 'head -c 8 <&3 | od -An -tx1'
		printf '\300\015\012\003\004\032\023\177' >&3
		atf_check -o inline:' c0 0d c0 0a c0 03 c0 04\n' \
		    sh -c 'head -c 8 <&4 | od -An -tx1'
		atf_check -o inline:' c0 1a c0 13 c0 7f\n' \
		    sh -c 'head -c 6 <&4 | od -An -tx1'
		exec 3<&-
		# Until the host knows, the cable counts as plugged in.
		sleep 1
	done
	# What was not read is gone with the cable, once the host knows.
	exec 3<>link
	printf "${note}" >&4
	exec 3<&-
	sleep 1
	exec 3<>link
	printf '\300\001' >&4
	atf_check -o inline:' c0 01\n' sh -c 'head -c 2 <&3 | od -An -tx1'
	exec 3<&- 4<&-
	stop
	atf_check test ! -L link
	start pty:link,canonical
	no_sensing
	exec 3<>link 4<>dev/rmidi0
	printf '\300\001\300\002' >&4
	atf_check -o inline:' c0 01 c0 02\n' \
	    sh -c 'head -c 4 <&3 | od -An -tx1'
	exec 3<&- 4<&-
	stop
}
pty_cleanup()
{
	stop_all
}

atf_test_case fifo cleanup
fifo_head()
{
	atf_set descr "Catches a FIFO that is no cable, or one that is not" \
	    "there again after its other end went"
}
fifo_body()
{
	mkfifo in out
	start tty:in tty:out,out
	no_sensing
	cat dev/rmidi0 >got &
	got=$!
	await sleeps "${got}"
	for i in 1 2; do
		printf "${note}" >in
	done
	await has_bytes got "${note_hex}${note_hex}"
	kill "${got}"
	# No reader: lost, and nothing waits.  The next one hears a whole
	# message, though its status was sent before.
	exec 4>dev/rmidi1
	for i in 1 2; do
		printf '\300\001' >&4
		exec 3<>out
		printf '\300\002' >&4
		atf_check -o inline:' c0 02\n' \
		    sh -c 'head -c 2 <&3 | od -An -tx1'
		exec 3<&-
	done
	exec 4>&-
	stop
}
fifo_cleanup()
{
	stop_all
}

atf_init_test_cases()
{
	for c in usage devices directory attachment life unmounted lost \
	    names cat_patch sense_loss shell_read nonblock poll storm shared signals ioctl \
	    readers one_by_one blocked_writer killed_client killed stale \
	    user pty fifo; do
		atf_add_test_case $c
	done
}
