/* SPDX-License-Identifier: BSD-2-Clause */
/* What `boot` says of the TFTP server, the board's address and the prefix is held against what
 * U-Boot makes of it. */
#include <string.h>

#include "checks/checks.h"

/* A file that comes by TFTP; NULL if none does. */
static const struct load *first_by_tftp(const struct plan *p)
{
	const struct load *l = p->loads;

	while (l && !l->place.tftp)
		l = l->next;
	return l;
}

static bool is_address(const struct value *v)
{
	return v->text && !streq(v->text, "dhcp");
}

/* U-Boot takes 0.0.0.0 for an address that is not set (net/net.c, net_check_prereq()), and no
 * machine has the address that means all of them. */
static void check_address(struct diags *diags, const struct value *v, const char *what,
			  const char *example)
{
	struct diag *g;

	if (!is_address(v) ||
	    (!streq(v->text, "0.0.0.0") && !streq(v->text, "255.255.255.255")))
		return;
	g = diag(diags, E0349, v->at, "%s is the address of no machine, and cannot be the %s",
		 v->text, what);
	diag_help(g, "write its own address, as in %s: %s", what, example);
}

/* A board that asks for its own address who has it gets no answer (net/arp.c). */
static void check_two_machines(struct diags *diags, const struct boot *b)
{
	struct diag *g;

	if (!is_address(&b->client) || !is_address(&b->server) ||
	    !streq(b->client.text, b->server.text))
		return;
	g = diag(diags, E0349, b->client.at, "the board would have the address of the server, %s",
		 b->client.text);
	diag_note(g, b->server.at, "the server is given here");
	diag_help(g, "give the board another address of the same network, or write client: dhcp");
}

/* Whoever says nothing at all leaves it to U-Boot. Who says something may have forgotten the
 * rest: the place of what was said; src NULL if nothing was. */
static struct loc said_at(const struct boot *b, const struct plan *p)
{
	if (b->load)
		return p->place.tftp ? b->load->device.at : first_by_tftp(p)->at;
	return b->server.text ? b->server.at : b->client.at;
}

/* With client: dhcp the DHCP server names the TFTP server, too. */
static void check_given(struct diags *diags, const struct boot *b, const struct plan *p)
{
	bool no_server = !b->server.text && (!b->client.text || is_address(&b->client));
	struct loc at = said_at(b, p);
	struct diag *g;

	if (!at.src || (!no_server && b->client.text))
		return;
	g = diag(diags, W0353, at, "%s not given: U-Boot takes what its environment has as '%s'%s, "
		 "and loads nothing without",
		 !b->client.text && no_server ? "the addresses of the TFTP server and the board are"
		 : no_server ? "the address of the TFTP server is"
			     : "the board's address is",
		 no_server ? "serverip" : "ipaddr",
		 no_server && !b->client.text ? " and 'ipaddr'" : "");
	diag_help(g, "write under 'boot': %s%s%s", no_server ? "server: 192.168.0.1" : "",
		  no_server && !b->client.text ? " and " : "",
		  b->client.text ? "" : "client: 192.168.0.2 (or client: dhcp)");
}

/* A prefix is put before names as it is; one that was meant as a folder ends in a slash. */
static void check_prefix(struct diags *diags, const struct value *prefix, const char *name)
{
	struct diag *g;

	if (!prefix->text || !*prefix->text || !prefix->at.src ||
	    prefix->text[strlen(prefix->text) - 1] == '/')
		return;
	g = diag(diags, W0354, prefix->at, "'%s' does not end in a slash: U-Boot asks for '%s%s'",
		 prefix->text, prefix->text, name);
	diag_help(g, "if it is a folder, write prefix: %s/", prefix->text);
}

/* The name of a file that U-Boot asks for with the prefix of `image`, or with that of all if it
 * is NULL. */
static const char *name_of(const struct system *s, const struct plan *p,
			   const struct image *image)
{
	if (image)
		return image == s->device_tree ? p->tree_name
		     : image->load ? image->load->name : image->file.text;
	return p->fit ? p->fit->name : p->place.tftp ? "boot2.scr" : p->xen->name;
}

static void check_prefixes(struct diags *diags, const struct system *s, const struct plan *p)
{
	struct prefix_walk w = { .images.system = s };
	const struct value *prefix;

	while ((prefix = next_prefix(&w)))
		check_prefix(diags, prefix, name_of(s, p, w.image));
}

void check_network(struct job *j)
{
	const struct boot *b = j->system->boot;
	const struct plan *p = &j->plan;

	if (p->uefi)
		return;
	check_prefixes(&j->diags, j->system, p);
	if (!p->place.tftp && (p->fit || !first_by_tftp(p)))
		return;
	check_address(&j->diags, &b->server, "server", "192.168.0.1");
	check_address(&j->diags, &b->client, "client", "192.168.0.2");
	check_two_machines(&j->diags, b);
	check_given(&j->diags, b, p);
}
