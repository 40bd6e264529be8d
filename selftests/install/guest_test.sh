#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# guest_test.sh VMLINUZ-SHA256: in a guest whose systemd has just started what our packages installed: is it
# what they promise? The last line is "N passed, N failed".
# shellcheck disable=SC2317,SC2016 # cases are called by name, and evaluated there
set -uo pipefail
kernel_sum=${1:?the sum of the boot image}
# shellcheck source=selftests/vm/cases.sh
. "$(dirname "$0")/../vm/cases.sh" /run/evf-case

# says TEXT COMMAND...: the command fails, and says just that
says() {
	local text=$1
	shift
	if "$@" >/run/evf-said 2>&1; then return 1; fi
	grep -qF -- "$text" /run/evf-said || { cat /run/evf-said && return 1; }
}
eventually() {
	local i
	for ((i = 0; i < 200; i++)); do
		if "$@"; then return 0; fi
		sleep 0.1
	done
	return 1
}
is() { [ "$(eval "$1")" = "$2" ] || { eval "$1"; return 1; }; }
main_pid() { systemctl show --property=MainPID --value "$1"; }
of_status() { sed -n "s/^$2:\t*//p" "/proc/$(main_pid "$1")/status"; }
policy() { policyctl status --json | sed -n 's/^{"policy": \([0-9]*\),.*/\1/p'; }
# The status line and the body of a page
page() {
	(exec 9<>/dev/tcp/127.0.0.1/80 && printf 'GET %s HTTP/1.0\r\n\r\n' "$1" >&9 && cat <&9) | tr -d '\r' | sed -n '1p;$p'
}
gets() { [ "$(page "$1")" = "HTTP/1.1 $2"$'\n'"$3" ]; }
refused_by_nginx() { [[ $(page "$1") == "HTTP/1.1 403 Forbidden"* ]]; }

sha256() { sha256sum "$1" | cut -c1-64; }
# Beside the folder first: what happens in it is one event
rules() {
	cat >"/etc/$1.new"
	mv "/etc/$1.new" "/etc/policyd/$1"
}
next_policy() { eventually eval "[ \"\$(policy)\" -gt $1 ]"; }

echo content >/srv/open
echo hidden >/srv/secret
echo page >/var/www/html/open.html
echo hidden >/var/www/html/secret.html

# --- packages, kernel, units
ok "the kernel that runs is the package's" is 'sha256 "/boot/vmlinuz-$(uname -r)"' "$kernel_sum"
ok "... and is called so" eval 'uname -r | grep -qx "6\.1\.[0-9]*-eventfilter"'
ok "... and has event filters" grep -q eventfilter /sys/kernel/security/lsm
ok "process 1 is systemd" is 'cat /proc/1/comm' systemd
ok "the files of the packages are as they were packed" dpkg --verify policyd libeventfilter0 libeventfilter-dev libpam-eventfilter
ok "everything is configured" is 'dpkg --audit' ''
ok "the users are there" getent passwd policyd policyd-labels
for unit in policyd.socket policyd-admin.socket policyd-labeld.socket policyd.service policyd-labeld.service; do
	ok "$unit is enabled" systemctl --quiet is-enabled $unit
	ok "... and runs" systemctl --quiet is-active $unit
done
ok "none of them failed" is 'systemctl --failed --no-legend --plain | grep policyd' ''

# --- what its processes hold, in the sandbox of systemd's
ok "the front end has a user of its own" is 'of_status policyd Uid | cut -f1' "$(id -u policyd)"
ok "... no capability" is 'of_status policyd CapPrm; of_status policyd CapBnd' $'0000000000000000\n0000000000000000'
ok "... no_new_privs and systemd's seccomp filters" is 'of_status policyd NoNewPrivs; of_status policyd Seccomp' $'1\n2'
ok "labeld has a user of its own" is 'of_status policyd-labeld Uid | cut -f1' "$(id -u policyd-labels)"
ok "... CAP_DAC_READ_SEARCH alone" is 'of_status policyd-labeld CapPrm; of_status policyd-labeld CapBnd' $'0000000000000004\n0000000000000004'

# --- rule files: three ways to have them read
before=$(policy)
rules test.policy <<-'EOF'
	policy 1;
	label all_t = "/**";
	label secret_t = "/srv/secret";
	domain test_t { default * allow; deny file open on secret_t; }
EOF
ok "a change of a rule file is noticed" next_policy "$before"
ok "a domain lets through what it says" is 'policyctl enter test_t -- cat /srv/open' content
ok "... and refuses what it says" says '/srv/secret: Permission denied' policyctl enter test_t -- cat /srv/secret
before=$(policy)
ok "systemctl reload has them read" systemctl reload policyd-labeld
ok "... at once" next_policy "$before"
before=$(policy)
ok "policyctl reload has them read" policyctl reload
ok "... at once" next_policy "$before"
before=$(policy)
ok "SIGHUP has them read" systemctl kill --kill-whom=main --signal=HUP policyd-labeld
ok "... soon" next_policy "$before"
echo 'domain broken {' | rules broken.policy
ok "a mistake is told" says 'broken.policy' policyctl reload
ok "... by systemctl reload, too" fails systemctl reload policyd-labeld
ok "... and changes nothing" says '/srv/secret: Permission denied' policyctl enter test_t -- cat /srv/secret
rm /etc/policyd/broken.policy
ok "... and the next reload is without it" policyctl reload

# --- vendor's rule files, the administrator's, additions, masks
domains() { policyctl status --json | sed -n 's/.*"domains": \[\([^]]*\)\].*/\1/p' | tr -d '" ' | tr , '\n' | sort | paste -sd,; }
vendor=/usr/share/policyd/vendor.policy
printf 'policy 1;\ndomain vendor_t { }\n' >/run/vendor.policy
mv /run/vendor.policy $vendor
ok "a vendor's rule file counts" eventually is domains test_t,vendor_t
printf 'policy 1;\ndomain ours_t { }\n' | rules vendor.policy
ok "... unless there is one of its name in /etc" eventually is domains ours_t,test_t
ln -sf /dev/null /etc/policyd/vendor.policy
ok "... or a mask" eventually is domains test_t
rm /etc/policyd/vendor.policy
ok "... until that is gone" eventually is domains test_t,vendor_t
mkdir /etc/policyd/vendor.policy.d
printf 'policy 1;\ndomain more_t { }\n' >/etc/policyd/vendor.policy.d/more.policy
ok "what is in a folder of its name adds to it" eventually is domains more_t,test_t,vendor_t
chmod 664 $vendor
ok "a rule file that its group may write to is refused" says "\"$vendor\" can be written to by others; rule files are root's alone" policyctl reload
chmod 644 $vendor
chown daemon $vendor
ok "... and so is somebody else's" says "\"$vendor\" belongs to uid 1; rule files are root's alone" policyctl reload
ok "... and what was in force stays" is domains more_t,test_t,vendor_t
rm -r $vendor /etc/policyd/vendor.policy.d
ok "... without it all is well again" policyctl reload

# --- activation, restarts
systemctl stop policyd.service policyd-labeld.service
ok "the first question starts what was stopped" eventually policyctl status
ok "... both of it" systemctl --quiet is-active policyd.service policyd-labeld.service
policyctl enter test_t -- sleep 1000 &
sleeper=$!
eventually eval 'policyctl status --processes | grep -q "^$sleeper:"'
for unit in policyd policyd-labeld; do
	old=$(main_pid $unit)
	kill -KILL "$old"
	ok "$unit starts again when it's killed" eventually eval "[ \"\$(main_pid $unit)\" != $old ] && systemctl --quiet is-active $unit"
done
ok "... and answers" eventually policyctl status
ok "... labels are there" says '/srv/secret: Permission denied' policyctl enter test_t -- cat /srv/secret
ok "... and who was confined is known" eventually eval 'policyctl status --processes | grep -q "^$sleeper:"'

# What was said since the rule files were read is nowhere but in what rests with systemd
echo plugged >/srv/plugged
policyctl hotplug secret_t /srv/plugged
plugged_is_shut() { says '/srv/plugged: Permission denied' policyctl enter test_t -- cat /srv/plugged; }
ok "what is hot-plugged has its label" plugged_is_shut
ok "systemctl restarts labeld" systemctl restart policyd-labeld
ok "... labels and what was hot-plugged are there" plugged_is_shut
ok "... and who was confined is known" eventually eval 'policyctl status --processes | grep -q "^$sleeper:"'
ok "the packages can be installed over themselves" eval 'dpkg --install /evf/policyd_*.deb /evf/lib*.deb'
ok "... which leaves all of it running" eventually systemctl --quiet is-active policyd.service policyd-labeld.service policyd.socket policyd-admin.socket policyd-labeld.socket
ok "... with the labels" says '/srv/secret: Permission denied' policyctl enter test_t -- cat /srv/secret
ok "... and what was hot-plugged" plugged_is_shut
ok "... and who was confined" eventually eval 'policyctl status --processes | grep -q "^$sleeper:"'
ok "... and refusals are still written down by wish only" fails systemctl --quiet is-enabled policyd-denials
policyctl hotplug --remove /srv/plugged
ok "what was plugged before all of it is taken back" is 'policyctl enter test_t -- cat /srv/plugged' plugged
kill $sleeper

# --- services
rules nginx.policy <<-'EOF'
	policy 1;
	label hidden_t = "/var/www/html/secret.html";
	domain nginx_t { default * allow; deny file open on { hidden_t secret_t }; }
	domain cron_t { default * allow; deny file open on secret_t; }
EOF
eventually policyctl reload >/dev/null 2>&1
drop_in=/etc/systemd/system/nginx.service.d/zz-policyd.conf
ok "nginx runs" systemctl --quiet is-active nginx
ok "... and is not confined" gets /secret.html '200 OK' hidden
ok "enabling needs a unit" says 'error: there is no unit "nonesuch.service"' policyctl enable nonesuch nginx_t
ok "... that starts something" says 'error: "policyd.socket" is no service' policyctl enable policyd.socket nginx_t
ok "... and a domain" says 'error: the policy has no domain "none_t"' policyctl enable nginx none_t
ok "... and leaves nothing otherwise" fails test -e ${drop_in%/*}
mkdir -p ${drop_in%/*}
echo '[Service]' >$drop_in
ok "somebody's drop-in is refused" says "error: $drop_in isn't what policyctl enable wrote: it's left alone" policyctl enable nginx nginx_t
ok "... also by disable" says "error: $drop_in isn't what policyctl enable wrote: it's left alone" policyctl disable nginx
ok "... and left as it is" is 'cat $drop_in' '[Service]'
ln -sf /etc/passwd $drop_in
ok "a link is somebody's, too" says "isn't what policyctl enable wrote" policyctl enable nginx nginx_t
rm -r ${drop_in%/*}
ok "a service is enabled" policyctl enable nginx nginx_t
ok "... not before its next start" gets /secret.html '200 OK' hidden
ok "... twice is the same" is "policyctl enable --json nginx.service nginx_t" "{\"unit\": \"nginx.service\", \"domain\": \"nginx_t\", \"drop_in\": \"$drop_in\"}"
ok "... and is listed" is 'policyctl enable' 'nginx.service: nginx_t'
ok "it starts confined" systemctl restart nginx
ok "... all its processes" eval 'for pid in $(cat /sys/fs/cgroup/system.slice/nginx.service/cgroup.procs); do policyctl status --processes | grep -q "^$pid:" || exit 1; done'
ok "... is root's to begin with, and may give that up" is 'stat -c %U "/proc/$(main_pid nginx)"' root
ok "... serves" gets /open.html '200 OK' page
ok "... and is refused what its domain refuses" refused_by_nginx /secret.html
ok "... reloads" systemctl reload nginx
ok "... and serves still" eventually gets /open.html '200 OK' page
mkdir -p ${drop_in%/*}
printf '[Service]\nExecReload=\n' >${drop_in%/*}/early.conf
ok "a unit that changed is told" says 'nginx.service: nginx_t (the unit has changed since: enable it again)' policyctl enable
printf '[Service]\nExecStart=\nExecStart=/bin/true\n' >${drop_in%/*}/zzz.conf
ok "a later drop-in that names commands is refused" says 'comes after zz-policyd.conf and names commands: give it an earlier name' policyctl enable nginx nginx_t
rm ${drop_in%/*}/early.conf ${drop_in%/*}/zzz.conf
systemctl daemon-reload
echo '# edited' >>$drop_in
ok "an edited drop-in is refused" says "isn't what policyctl enable wrote" policyctl enable nginx nginx_t
sed -i '$d' $drop_in

systemctl stop policyd.socket policyd-admin.socket policyd-labeld.socket policyd.service policyd-labeld.service
ok "without policyd what runs stays confined" refused_by_nginx /secret.html
systemctl mask --runtime --quiet policyd.service policyd-labeld.service
ok "... and nothing starts unconfined" fails systemctl restart nginx
ok "... the journal says why" eval 'journalctl --unit nginx | grep -q "policyctl: error: policyd isn.t running"'
systemctl unmask --runtime --quiet policyd.service policyd-labeld.service
systemctl start policyd.socket policyd-admin.socket policyd-labeld.socket
systemctl reset-failed
ok "... with it, it starts" systemctl restart nginx
ok "... confined" refused_by_nginx /secret.html
ok "disabling takes it back" policyctl disable nginx.service
ok "... wholly" fails test -e ${drop_in%/*}
ok "... once" says "error: \"nginx.service\" isn't enabled: there is no $drop_in" policyctl disable nginx
systemctl restart nginx
ok "... from the next start on" gets /secret.html '200 OK' hidden

# Two stages further: what a confined cron starts, with the rights of another user
ok "cron is enabled by what starts it alone" policyctl enable --only-start cron cron_t
echo '* * * * * root touch /run/none' >/etc/cron.d/none
ok "... and starts" systemctl restart cron
ok "... confined" eventually eval 'policyctl status --processes | grep -q "^$(main_pid cron):"'
ok "... without no_new_privs, as its unit says" is 'of_status cron NoNewPrivs' 0
policyctl disable cron >/dev/null

# A service that is handed its socket, is no root, and is told another name
cat >/etc/systemd/system/handed.socket <<-'EOF'
	[Socket]
	ListenStream=/run/handed
	Accept=no
EOF
cat >/etc/systemd/system/handed.service <<-'EOF'
	[Service]
	Type=oneshot
	User=demo
	ExecStart=@/bin/bash "its name" -c 'echo "$$0 $$LISTEN_FDS $$(readlink /proc/self/fd/3 | cut -c1-7)"; cat /srv/secret' ; -/bin/echo 'a ; b' %n
	StandardOutput=file:/run/handed.out
	StandardError=inherit
EOF
systemctl daemon-reload
ok "a service of several commands is enabled" policyctl enable handed test_t
systemctl start handed.socket
(exec 9<>/dev/null; systemctl start handed.service) >/dev/null 2>&1
ok "... it has its socket, its name, its user's rights, and its filter" is 'head -n 2 /run/handed.out' $'its name 1 socket:\ncat: /srv/secret: Permission denied'
ok "... not root: with no_new_privs, which it needs" setpriv --reuid=1000 --regid=1000 --clear-groups policyctl enter --service test_t -- grep -qx "NoNewPrivs:	1" /proc/self/status
policyctl disable handed >/dev/null

# --- who is refused what, in the journal
ok "refusals are written down if somebody wants it" fails systemctl --quiet is-enabled policyd-denials
ok "... by a unit that starts" systemctl start policyd-denials
ok "... and runs" systemctl --quiet is-active policyd-denials
denied() {
	policyctl enter test_t -- cat /srv/secret
	journalctl --unit policyd-denials --output json | grep -q secret
}
ok "... what is refused is in the journal" eventually denied
systemctl stop policyd-denials
ok "... and nothing stays behind" is 'systemctl is-failed policyd-denials; ls /sys/kernel/tracing/instances' inactive


# --- sessions
rules roles.policy <<-'EOF'
	policy 1;
	role user_r { test_t }
	user demo { user_r }
EOF
eventually policyctl reload >/dev/null 2>&1
echo 'session required pam_eventfilter.so' >>/etc/pam.d/su
ok "the PAM module is found, and a session is confined" says '/srv/secret: Permission denied' su demo -c 'cat /srv/secret'
ok "... by its role alone" is "su demo -c 'cat /srv/open'" content
ok "... and who has none has no session" says 'No session: the policy gives daemon no role' su daemon -s /bin/sh -c true

# --- taking it away
ok "the packages can be removed" dpkg --purge policyd libpam-eventfilter libeventfilter-dev libeventfilter0
ok "... and stop what they started" is 'systemctl is-active policyd.service policyd-labeld.service policyd.socket | sort -u' inactive
ok "... leave rule files" test -e /etc/policyd/test.policy
ok "... and nothing else" is 'find /lib/systemd /etc/systemd /usr/share/policyd /var/lib/systemd/deb-systemd-helper-enabled -name "*policyd*" 2>/dev/null' ''

count_cases
