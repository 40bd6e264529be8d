# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2154,SC2034
chapter "5. A filter stays as it is; what it lets through follows the labels"
explain "samples/object_manager, run by the user demo, holds the label space. The confined python3"
explain "keeps running while /srv/disk is plugged in and out."

run=/tmp/relabel
install -d -o demo -g demo "$run"
mkfifo "$run/control" "$run/ask" "$run/answer"
chown demo "$run"/*
system=$(printf ' || (label & %s)' lib_t etc_t dev_t)
filter="file_open: (label & tmp_t) || (label & disk_t)$system"
explain "$filter"
as_demo "$object_manager" -l tmp_t=/tmp -l disk_t -l lib_t=/usr -l etc_t=/etc -l dev_t=/dev \
	-f "$filter" -c "$run/control" -- \
	python3 -I /tmp/asks.py <"$run/ask" >"$run/answer" 2>&1 &
exec 7>"$run/ask" 8<"$run/answer"

# ask WHAT PATH EXPECTED [EVENT PATTERN]: the same process, still running, opens the file
ask() {
	local answer
	forget_records
	echo "$2" >&7
	read -r -t 60 answer <&8
	echo "$answer" >"$output"
	[ "${answer%%:*}" = opened ]
	judge "$1" $? "${@:3}"
}
# tell COMMAND: to the object manager; its answer comes the same way
tell() {
	local answer
	steps=$((steps + 1))
	echo "$1" >"$run/control"
	read -r -t 60 answer <&8
	if [[ $answer == ok,* ]]; then
		verdict "$green" manager "$1: $answer"
	else
		echo "$answer" >"$output"
		differs "$1" "ok, generation N"
	fi
}

ask "open /srv/disk/data" /srv/disk/data refused file_open "/srv/disk/data"
tell "label /srv/disk disk_t"
ask "open /srv/disk/data again" /srv/disk/data allowed
ask "open ~/diary.txt" /home/demo/diary.txt refused file_open "*/diary.txt"
tell "unlabel /srv/disk"
ask "open /srv/disk/data once more" /srv/disk/data refused file_open "/srv/disk/data"
exec 7>&- 8<&-
wait
