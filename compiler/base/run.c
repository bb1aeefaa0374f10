/* SPDX-License-Identifier: BSD-2-Clause */
/* Words become a process, and the process an answer. */
#include "base/run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/list.h"
#include "base/text.h"

/* Debian's PATH for people has no folders of system tools. */
#define SYSTEM_FOLDERS "/usr/local/sbin:/usr/sbin:/sbin"

/* Folders that are named from the current one on are passed over: it may be that of a stranger. */
const char *tool_find(struct arena *a, const char *name)
{
	const char *path = getenv("PATH"), *folder;
	char *all = arena_printf(a, "%s:%s", path ? path : "/usr/bin:/bin",
				 SYSTEM_FOLDERS),
	     *rest = all;

	while ((folder = strsep(&rest, ":"))) {
		const char *file = arena_printf(a, "%s/%s", folder, name);

		if (*folder == '/' && access(file, X_OK) == 0)
			return file;
	}
	return NULL;
}

static bool same_name(const char *a, const char *b)
{
	size_t len = strcspn(a, "=");

	return len == strcspn(b, "=") && strncmp(a, b, len) == 0;
}

/* Whether a variable changes what mtools, e2fsprogs or bsdtar make (mtools(1), mke2fs(8),
 * bsdtar(1)): the same input is to make the same image. */
static bool is_of_a_tool(const char *variable)
{
	static const char *const names[] = { "MTOOLS", "MKE2FS_", "E2FSPROGS_", "TAR_" };

	for (size_t i = 0; i < countof(names); i++)
		if (starts_with(variable, names[i]))
			return true;
	return false;
}

/* Ours, but for those variables, and for the ones that the tool is given. */
static char **environment(struct arena *a, const char *const *more)
{
	size_t n = 0, count = 0;
	char **env;

	while (environ[count])
		count++;
	for (size_t i = 0; more && more[i]; i++)
		count++;
	env = arena_alloc(a, (count + 1) * sizeof(*env));
	for (size_t i = 0; environ[i]; i++) {
		size_t k = 0;

		while (more && more[k] && !same_name(more[k], environ[i]))
			k++;
		if ((!more || !more[k]) && !is_of_a_tool(environ[i]))
			env[n++] = environ[i];
	}
	for (size_t i = 0; more && more[i]; i++)
		env[n++] = arena_copy(a, more[i], strlen(more[i]));
	return env;
}

/* A file without a name: no pipe that could fill up while nobody reads it. */
static int scratch_file(const char *contents)
{
	FILE *f = tmpfile();
	int fd = -1;

	if (!f)
		return -1;
	if (fputs(contents ? contents : "", f) != EOF && fflush(f) == 0 &&
	    lseek(fileno(f), 0, SEEK_SET) == 0)
		fd = fcntl(fileno(f), F_DUPFD_CLOEXEC, 3);
	fclose(f);
	return fd;
}

static const char *read_back(struct arena *a, int fd)
{
	struct text t = { .arena = a };
	char buffer[4096];
	ssize_t n;

	text_bytes(&t, "", 0);
	lseek(fd, 0, SEEK_SET);
	while ((n = read(fd, buffer, sizeof(buffer))) > 0)
		text_bytes(&t, buffer, (size_t)n);
	while (t.len && t.data[t.len - 1] == '\n')
		t.data[--t.len] = '\0';
	return t.data;
}

static int start(struct arena *a, const struct tool *t, const char *path, int in, int out,
		 pid_t *pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	char **argv;
	size_t n = 0;
	sigset_t none;
	int error;

	while (t->argv[n])
		n++;
	argv = arena_alloc(a, (n + 1) * sizeof(*argv));
	for (size_t i = 0; i < n; i++)
		argv[i] = arena_copy(a, t->argv[i], strlen(t->argv[i]));
	sigemptyset(&none);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawn_file_actions_init(&files);
	error = posix_spawn_file_actions_adddup2(&files, in, 0);
	error = error ? error : posix_spawn_file_actions_adddup2(&files, out, 1);
	error = error ? error : posix_spawn_file_actions_adddup2(&files, out, 2);
	error = error ? error : posix_spawn_file_actions_addchdir_np(&files, t->folder);
	error = error ? error : posix_spawn(pid, path, &files, &attributes, argv,
					    environment(a, t->env));
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attributes);
	return error;
}

/* Adds a signal that would end us. One that our caller has us ignore, as nohup does, is not
 * waited for: while it is blocked, Linux would tell of it all the same. */
static void add_unless_ignored(sigset_t *set, int signal)
{
	struct sigaction action;

	if (sigaction(signal, NULL, &action) == 0 && action.sa_handler != SIG_IGN)
		sigaddset(set, signal);
}

static bool has_ended(pid_t pid)
{
	siginfo_t info = { 0 };

	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) || info.si_pid == pid;
}

/* Waits for the end of the child, which leads a process group. A signal that would end us ends
 * the group first, and us as soon as it is no longer blocked. What the child leaves behind in
 * its group, such as the daemon of a fakeroot that was ended, goes with it: until the child is
 * waited for, no other group can have its number. */
static int wait_for(pid_t pid)
{
	sigset_t set, before;
	int status = -1, ending = 0;	/* -1: neither ended well nor by a signal */

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	add_unless_ignored(&set, SIGHUP);
	add_unless_ignored(&set, SIGINT);
	add_unless_ignored(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, &before);
	while (!has_ended(pid)) {
		int signal = sigwaitinfo(&set, NULL);

		if (signal > 0 && signal != SIGCHLD) {
			ending = signal;
			kill(-pid, SIGTERM);
		}
	}
	kill(-pid, SIGTERM);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (ending)
		raise(ending);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return status;
}

bool tool_run(struct arena *a, struct tool *t)
{
	const char *path = tool_find(a, t->argv[0]);
	int in = scratch_file(t->input), out = scratch_file(NULL);
	int error = in < 0 || out < 0 ? errno : path ? 0 : ENOENT, status = 0;
	pid_t pid;

	signal(SIGCHLD, SIG_DFL); /* ignored, it would take the status away */
	if (!error)
		error = start(a, t, path, in, out, &pid);
	if (!error)
		status = wait_for(pid);
	t->output = error ? strerror(error) : read_back(a, out);
	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
	if (!error && WIFSIGNALED(status))
		t->output = arena_printf(a, "%s%sended by signal %d", t->output,
					 *t->output ? "; " : "", WTERMSIG(status));
	return !error && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
