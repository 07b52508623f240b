/*
 * What runs between fork and exec. The child of a process with several threads may not go back into the runtime, so it
 * does all of this in C. The runtime's own compiler translates it at the supervisor's start, without a header and
 * without the C library's development files, which hosts do not have: functions come by their addresses.
 */

typedef unsigned long word;

/* Functions of the C library, in the order of FUNCTIONS in fork.ts. */
struct library {
	long (*syscall)(long, ...);
	int (*fork)(void);
	int (*pipe2)(int *, int);
	int (*prctl)(int, word, word, word, word);
	int (*getppid)(void);
	int (*setsid)(void);
	int (*setpgid)(int, int);
	int (*getpid)(void);
	int (*tcsetpgrp)(int, int);
	void *(*signal)(int, void *);
	int (*sigprocmask)(int, const void *, void *);
	int (*open)(const char *, int, ...);
	long (*read)(int, void *, word);
	long (*write)(int, const void *, word);
	int (*dup2)(int, int);
	int (*close)(int);
	int (*fcntl)(int, int, ...);
	int (*execve)(const char *, char *const *, char *const *);
	void (*exit)(int);
	int *(*errno_location)(void);
};

/* In the order of `planWords` in fork.ts, each one word long. */
struct plan {
	const char *path;
	char *const *arguments;
	/* Those of /bin/sh for a script without `#!`; null where the program is no script. */
	char *const *shell;
	char *const *environment;
	/* The cgroup's directory; null without one. */
	const char *cgroup;
	long supervisor;
	/* 0: a session of its own; 1: a group of its own in the terminal's session; 2: its foreground group. */
	long place;
	/* What becomes stdin, stdout, stderr. */
	long streams[3];
	/* Out: the read end of the pipe on which the child reports; exec closes the other end. */
	long status;
};

/* What the child reports; see LaunchReport in fork.ts. */
enum { IN_ITS_GROUP, NOT_IN_CGROUP, NOT_EXECUTED };

struct report {
	int what;
	int error;
};

/* clone(2), struct clone_args */
struct clone_args {
	word flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup;
};

enum {
	SYS_clone3 = 435,
	SYS_close_range = 436,
	CLOSE_RANGE_CLOEXEC = 4,
	F_SETFD = 2,
	FD_CLOEXEC = 1,
	/* More than a supervisor has: its channel, 24 streams, some of the runtime. */
	DESCRIPTORS = 1024,
	O_WRONLY = 1,
	O_RDWR = 2,
	O_CLOEXEC = 02000000,
	PR_SET_PDEATHSIG = 1,
	SIG_SETMASK = 2,
	SIGKILL = 9,
	SIGPIPE = 13,
	SIGCHLD = 17,
	SIGTTOU = 22,
	SIGXFSZ = 25,
	LAST_SIGNAL = 64,
	ENOEXEC = 8,
};
#define CLONE_INTO_CGROUP 0x200000000UL
#define SIG_DFL ((void *)0)
#define SIG_IGN ((void *)1)

static int errno_of(const struct library *c) { return *c->errno_location(); }

static void report(const struct library *c, int to, int what, int error) {
	struct report said;
	said.what = what;
	said.error = error;
	c->write(to, &said, sizeof said);
}

/*
 * Linux 5.7 puts a child into a cgroup at its birth. A move later makes the whole host wait for 5 to 15 ms, and is for
 * older systems and for those whose filter refuses the call. `joined` says which one it was.
 */
static int fork_into(const struct library *c, const char *cgroup, int *joined) {
	struct clone_args how;
	char *byte = (char *)&how;
	int directory, child;
	unsigned long i;
	*joined = 1;
	if (cgroup) {
		for (i = 0; i < sizeof how; i++) byte[i] = 0;
		directory = c->open(cgroup, O_CLOEXEC);
		if (directory >= 0) {
			how.flags = CLONE_INTO_CGROUP;
			how.exit_signal = SIGCHLD;
			how.cgroup = directory;
			child = c->syscall(SYS_clone3, &how, sizeof how);
			if (child != 0) c->close(directory);
			if (child >= 0) return child;
		}
		*joined = 0;
	}
	return c->fork();
}

static void join(const struct library *c, const char *cgroup, int status) {
	char path[4096];
	const char *name = "/cgroup.procs";
	unsigned long length = 0;
	int members;
	while (*cgroup && length < sizeof path - 16) path[length++] = *cgroup++;
	while (*name) path[length++] = *name++;
	path[length] = 0;
	members = c->open(path, O_WRONLY | O_CLOEXEC);
	if (members < 0 || c->write(members, "0", 1) != 1) report(c, status, NOT_IN_CGROUP, errno_of(c));
}

/* As a shell with job control does it. To give the terminal away stops a process that does not ignore SIGTTOU. */
static void take_foreground(const struct library *c) {
	int terminal = c->open("/dev/tty", O_RDWR | O_CLOEXEC);
	if (terminal < 0) return;
	c->signal(SIGTTOU, SIG_IGN);
	c->tcsetpgrp(terminal, c->getpid());
}

/* The work finds the default action of what the runtime and the supervisor handle or ignore. */
static void reset_signals(const struct library *c) {
	int number;
	for (number = 1; number <= LAST_SIGNAL; number++) {
		void *before = c->signal(number, SIG_DFL);
		if (before == SIG_IGN && number != SIGPIPE && number != SIGXFSZ && number != SIGTTOU) c->signal(number, SIG_IGN);
	}
}

/* The channel, the streams of other works, and what the runtime opens without that flag. Linux 5.11 does it at once. */
static void close_others(const struct library *c) {
	int i;
	if (c->syscall(SYS_close_range, 3L, ~0U, CLOSE_RANGE_CLOEXEC) == 0) return;
	for (i = 3; i < DESCRIPTORS; i++) c->fcntl(i, F_SETFD, FD_CLOEXEC);
}

static void become_work(const struct library *c, const struct plan *plan, int status, int joined, const void *mask) {
	int i, error;
	/* First, because it has no effect for a parent that has ended before, which its pid shows. prctl(2) */
	c->prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (c->getppid() != plan->supervisor) c->exit(127);
	if (plan->place == 0) c->setsid();
	else c->setpgid(0, 0);
	report(c, status, IN_ITS_GROUP, 0);
	for (i = 0; i < 3; i++)
		if (plan->streams[i] != i) c->dup2(plan->streams[i], i);
	close_others(c);
	if (!joined) join(c, plan->cgroup, status);
	if (plan->place == 2) take_foreground(c);
	reset_signals(c);
	c->sigprocmask(SIG_SETMASK, mask, 0);
	c->execve(plan->path, plan->arguments, plan->environment);
	error = errno_of(c);
	if (error == ENOEXEC && plan->shell) {
		c->execve(plan->shell[0], plan->shell, plan->environment);
		error = errno_of(c);
	}
	report(c, status, NOT_EXECUTED, error);
	c->exit(127);
}

/*
 * Starts the work; returns its pid once it is in its group, or -errno. No handler of the runtime may run in the child,
 * where it would write to what both share: so every signal waits until the child has no handler any more.
 */
int start_work(const struct library *c, struct plan *plan) {
	word all[16], mask[16];
	struct report said;
	int ends[2], child, error, joined, i;
	for (i = 0; i < 16; i++) all[i] = ~0UL;
	if (c->pipe2(ends, O_CLOEXEC) < 0) return -errno_of(c);
	c->sigprocmask(SIG_SETMASK, all, mask);
	child = fork_into(c, plan->cgroup, &joined);
	if (child == 0) become_work(c, plan, ends[1], joined, mask);
	error = errno_of(c);
	c->close(ends[1]);
	/* Nothing comes from a child that was killed already. */
	if (child > 0) c->read(ends[0], &said, sizeof said);
	c->sigprocmask(SIG_SETMASK, mask, 0);
	if (child < 0) c->close(ends[0]);
	plan->status = ends[0];
	return child < 0 ? -error : child;
}
