// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unix sockets: who is at the other end, and where its name is. The socket at the other
 * end is locked by a spinlock: its path, its file and its credentials stay.
 */
#include <linux/file.h>
#include <linux/un.h>
#include <net/af_unix.h>

#include "hooks.h"
#include "net.h"

static_assert((int)EVF_SLOT_unix_connect_label == EVF_SLOT_unix_send_label &&
	      (int)EVF_SLOT_unix_connect_peer_label == EVF_SLOT_unix_send_peer_label &&
	      (int)EVF_SLOT_unix_connect_type == EVF_SLOT_unix_send_type &&
	      (int)EVF_SLOT_unix_connect_abstract == EVF_SLOT_unix_send_abstract &&
	      (int)EVF_SLOT_unix_connect_name == EVF_SLOT_unix_send_name);

/**
 * struct other - the socket at the other end
 * @sk: locked
 * @cred: of whoever is there, or NULL
 */
struct other {
	struct sock *sk;
	const struct cred *cred;
};

static const struct file *file_of(const struct sock *sk)
{
	return sk->sk_socket ? READ_ONCE(sk->sk_socket->file) : NULL;
}

/* Its name is in a file system, in the network namespace, or it has none */
static void add_name(struct evf_query *query, const struct evf_domain *domain,
		     const struct sock *sk, struct evf_name_copy *copy)
{
	struct dentry *dentry = READ_ONCE(unix_sk(sk)->path.dentry);
	/* Pairs with the store of an address that is complete */
	const struct unix_address *address = smp_load_acquire(&unix_sk(sk)->addr);
	const struct file *file = file_of(sk);
	const int before = offsetof(struct sockaddr_un, sun_path) + 1;

	copy->taken = false;
	copy->string = (struct evf_string){ .text = "" };
	evf_query_int(query, EVF_SLOT_unix_connect_abstract, !dentry && address);
	query->record.v[EVF_SLOT_unix_connect_name].string = &copy->string;
	if (dentry) {
		query->dentry = dentry;
		evf_query_label(query, EVF_SLOT_unix_connect_label, d_backing_inode(dentry),
				dentry);
		evf_query_name_copy(domain, query, EVF_SLOT_unix_connect_name, dentry, copy);
	} else if (address) {
		evf_query_nothing(query, EVF_SLOT_unix_connect_label);
		copy->string.text = address->name->sun_path + 1;
		copy->string.len = max(address->len - before, 0);
	} else if (file) {
		evf_query_label(query, EVF_SLOT_unix_connect_label,
				d_backing_inode(file->f_path.dentry), file->f_path.dentry);
	}
}

/* Context: atomic */
static int judge_by(const struct evf_domain *domain, u16 event, const struct other *other,
		    u8 manner)
{
	struct evf_name_copy name __uninitialized;
	struct evf_query query __uninitialized;
	int error;

	evf_query_begin(&query, event, NULL);
	query.manner |= manner;
	add_name(&query, domain, other->sk, &name);
	if (other->cred)
		evf_query_task(&query, EVF_SLOT_unix_connect_peer_label,
			       evf_cred_domain(other->cred));
	evf_query_int(&query, EVF_SLOT_unix_connect_type, other->sk->sk_type);
	error = evf_decide(domain, &query);
	evf_name_copy_release(&name);
	return error;
}

/* By the subject's layers, and then by what is attached to the description */
static int judge(u16 event, const struct socket *sock, const struct other *other, u8 manner)
{
	const struct evf_domain *domain = evf_domain_for(event);
	int error = 0;

	if (domain)
		error = judge_by(domain, event, other, manner);
	if (error || !evf_is_any_attached())
		return error;
	rcu_read_lock();
	domain = evf_attached(evf_socket_file(sock), event);
	if (domain)
		error = judge_by(domain, event, other, manner);
	rcu_read_unlock();
	return error;
}

/* Whoever listens: listen(2) left its credentials in the socket */
static int hook_unix_stream_connect(struct sock *sk, struct sock *listener, struct sock *fresh)
{
	const struct other other = { .sk = listener, .cred = listener->sk_peer_cred };

	if (!sk->sk_socket || likely(!evf_is_socket_judged(EVF_EV_unix_connect, sk->sk_socket)))
		return 0;
	return judge(EVF_EV_unix_connect, sk->sk_socket, &other, 0);
}

/*
 * A datagram to whom the socket isn't connected is a connection for its time. The hook is
 * the same when the socket is being connected: then both events are raised, too.
 */
static int hook_unix_may_send(struct socket *sock, struct socket *receiver)
{
	struct other other = { .sk = receiver->sk };
	int error = 0;

	if (likely(!evf_current_domain()) && !evf_is_any_attached())
		return 0;
	if (!evf_is_task_socket(sock))
		return 0;
	if (receiver->file)
		other.cred = receiver->file->f_cred;
	if (unix_peer(sock->sk) != receiver->sk)
		error = judge(EVF_EV_unix_connect, sock, &other, 0);
	return error ?: judge(EVF_EV_unix_send, sock, &other, 0);
}

static struct sock *get_peer(struct sock *sk)
{
	struct sock *peer;

	unix_state_lock(sk);
	peer = unix_peer(sk);
	if (peer)
		sock_hold(peer);
	unix_state_unlock(sk);
	return peer;
}

/* Whoever connected or listened; @sk isn't locked */
static const struct cred *cred_of_connection(struct sock *sk)
{
	const struct cred *cred;

	spin_lock(&sk->sk_peer_lock);
	cred = get_cred(sk->sk_peer_cred);
	spin_unlock(&sk->sk_peer_lock);
	return cred;
}

int evf_judge_unix_peer(struct sock *sk, u8 manner)
{
	const bool is_connection = sk->sk_type != SOCK_DGRAM;
	struct sock *peer = get_peer(sk);
	struct other other = { .sk = peer };
	const struct cred *cred = NULL;
	const struct file *file;
	int error;

	/* Not connected: there's nobody to send to */
	if (!peer)
		return 0;
	if (is_connection)
		cred = cred_of_connection(sk);
	unix_state_lock(peer);
	file = file_of(peer);
	if (is_connection)
		other.cred = cred;
	else if (file)
		other.cred = file->f_cred;
	error = judge(EVF_EV_unix_send, sk->sk_socket, &other, manner);
	unix_state_unlock(peer);
	put_cred(cred);
	sock_put(peer);
	return error;
}

static struct security_hook_list unix_hooks[] __lsm_ro_after_init = {
	LSM_HOOK_INIT(unix_stream_connect, hook_unix_stream_connect),
	LSM_HOOK_INIT(unix_may_send, hook_unix_may_send),
};

void __init evf_add_unix_hooks(void)
{
	security_add_hooks(unix_hooks, ARRAY_SIZE(unix_hooks), EVF_LSM_NAME);
}
