# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2154,SC2034
chapter "2. ~/.ssh/id_ed25519 by every other door"

policy=$rules/coreutils.policy domain=coreutils_t
try "by a hard link: ln ~/.ssh/id_ed25519 ~/stolen" refused file_link "*/.ssh/id_ed25519" -- \
	ln .ssh/id_ed25519 stolen
try "by another name: mv ~/.ssh ~/open" refused file_rename "*/.ssh" -- mv .ssh open
try "by a symbolic link: ln -s, then cat" refused file_open "*/.ssh/id_ed25519" -- \
	sh -c 'ln -s /home/demo/.ssh/id_ed25519 /tmp/link && cat /tmp/link'
try "by a shell in a shell in a shell" refused file_open "*/.ssh/id_ed25519" -- \
	sh -c "sh -c 'sh -c \"cat .ssh/id_ed25519\"'"

policy=$rules/python.policy domain=python_t
door() { try "$1" refused "$2" "$3" -- python3 -I /tmp/doors.py "${@:4}"; }
as_demo sleep 600 2>/dev/null &
for _ in $(seq 100); do
	neighbour=$(pgrep -u demo -x sleep) && break
	sleep 0.1
done
door "by O_PATH and /proc/self/fd" file_open "*/.ssh/id_ed25519" proc_fd
door "by ptrace of an unconfined process" task_ptrace "*" ptrace "$neighbour"
door "by reading that process's memory" task_ptrace "*" memory "$neighbour"
door "by a mount in a user namespace of its own" system_userns "*" mount
door "by io_uring" system_io_uring "*" io_uring
kill "$neighbour"
wait
