# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2154,SC2034
chapter "4. nginx serves /srv/www, although its configuration says more"
policy=$rules/nginx.policy domain=nginx_t
explain "nginx.conf also has: location /home/ { alias /home/demo/; }"

# fetch WHAT PATH EXPECTED [EVENT PATTERN]: 200 is success
fetch() {
	local status=0
	forget_records
	curl --silent --show-error --fail --max-time 20 "http://127.0.0.1:8080$2" >"$output" 2>&1 ||
		status=$?
	judge "$1" "$status" "${@:3}"
}

forget_records
as_demo "$policyctl" run --policy "$policy" --domain "$domain" -- \
	/usr/sbin/nginx -e /tmp/nginx-error.log -c /tmp/nginx.conf >"$output" 2>&1
judge "start it on port 8080" $? allowed
fetch "GET /" / allowed
prints "and the page is there" "It works"
fetch "GET /home/diary.txt" /home/diary.txt refused file_open "*/diary.txt"
prints "and the client gets 403" 403
fetch "GET /home/.ssh/id_ed25519" /home/.ssh/id_ed25519 refused file_open "*/.ssh/id_ed25519"
forget_records
pkill -QUIT -u demo -o nginx
