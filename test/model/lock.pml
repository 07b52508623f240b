/*
 * Curator's lock in both layouts, as lock-layout.md and src/locks take it; one atomic step is one transaction of the server.
 * Checked by scripts/model: never two holders, no deadlock, no endless run: so every contender that stays gets its turn.
 *
 * A contender is FLAT (Curator up to 2.2.0), V2 (Curator from 2.3.0 on) or BOTH (tangles). It takes the lock ROUNDS times.
 * The nemesis ends CRASHES sessions, at any moment: their nodes go, and what was held is no longer (that a holder stops before
 * its session can end is argued in src/servers/zookeeper/README.md). A create may lose its reply: the contender looks for its
 * node, and creates it where it is not there.
 *
 * BREAK breaks the model by hand: 1 one contender takes v2 before flat, 2 the lease is not counted again after the wait,
 * 3 tidying takes a directory with children, 4 the early lease is kept although somebody is before it, 5 the lock is made in one
 * transaction although its directory is there.
 */

#ifndef KINDS
#define KINDS BOTH, BOTH, V2
#endif
#ifndef ROUNDS
#define ROUNDS 2
#endif
#ifndef CRASHES
#define CRASHES 1
#endif
#ifndef BREAK
#define BREAK 0
#endif

#define N 3
#define FLAT 1
#define V2 2
#define BOTH 3

byte kinds[N] = { KINDS };

/* Sequence numbers of the nodes, 0 for none; the lock's own directories. */
byte flat[N], mutex[N];
bool lease[N];
byte flats, mutexes;
bool top, locks, leases;

bool holding[N], ended[N];
byte done;

#define any(array) (array[0] || array[1] || array[2])
#define count(array) (array[0] + array[1] + array[2])

/* The contender just before contender i in a queue, or N for none. */
#define consider(queue, k) \
	if :: queue[k] && queue[k] < queue[i] && (before == N || queue[k] > queue[before]) -> before = k :: else fi
#define predecessor(queue) \
	before = N; consider(queue, 0); consider(queue, 1); consider(queue, 2)

/* The lock is entered: nobody that shares a layout may hold it. */
#define excludes(k) assert(k == i || !holding[k] || !(kinds[k] & kinds[i]))
#define enter holding[i] = true; excludes(0); excludes(1); excludes(2)

proctype contender(byte i) {
	byte round, before, seen;
	bool alone, busy, early, swapped, cut;

start:
	atomic { if :: ended[i] -> ended[i] = false :: else fi };
	if
	:: round == ROUNDS -> goto end
	:: else
	fi;

	if :: kinds[i] == V2 || (BREAK == 1 && i == 0 && !swapped) -> goto v2 :: else fi;

	/* Only tangles makes all of the lock in one transaction, where its directory is missing: it holds it from then on. */
	if :: kinds[i] == BOTH && !swapped -> goto fresh :: else -> goto flat_create fi;

fresh:
	atomic {
		if
		:: ended[i] -> goto lost
		:: else
		fi;
		if
#if BREAK == 5
		:: true ->
#else
		:: !top ->
#endif
			top = true; flats++; flat[i] = flats; leases = true; lease[i] = true;
			enter;
			goto inside
		/* The connection broke before the request came through. Where only the reply is lost, the nodes are found. */
		:: !top && !cut -> cut = true; goto fresh
		:: else -> goto flat_create
		fi
	};

flat_create:
	atomic {
		if
		:: ended[i] -> goto lost
		:: else
		fi;
		if
		:: !top -> goto flat_parents
		:: top -> flats++; flat[i] = flats
		:: top && !cut -> cut = true; goto flat_find
		fi
	};
	/* The node is there; where the connection breaks before the reply, it is found by its name. */
	goto flat_wait;
flat_find:
	/* The connection broke before the request came through: the node is not found, and created again. */
	atomic { if :: ended[i] -> goto lost :: flat[i] == 0 && !ended[i] -> goto flat_create fi };
flat_parents:
	atomic { if :: !top -> top = true; flats = 0 :: else fi };
	goto flat_create;
flat_wait:
	atomic {
		if :: ended[i] -> goto lost :: else fi;
		predecessor(flat);
		if
		:: before == N -> goto flat_held
		:: else -> seen = flat[before]
		fi
	};
	atomic { (ended[i] || flat[before] != seen) -> seen = 0; before = 0 };
	goto flat_wait;
flat_held:
	if :: kinds[i] == FLAT || swapped -> swapped = false; goto held :: else fi;

v2:
	/* Only tangles tries the lease without the mutex. */
	early = (kinds[i] == BOTH);
	if :: !early -> goto mutex_create :: else fi;

lease_create:
	atomic {
		if :: ended[i] -> goto lost :: else fi;
		if
		:: !top || !leases -> goto lease_parents
		:: else -> lease[i] = true
		fi
	};
	if :: early -> goto early_look :: else -> goto lease_wait fi;
lease_parents:
	atomic { if :: !top -> top = true; flats = 0 :: else fi };
	atomic { if :: top -> leases = true :: else fi };
	goto lease_create;

early_look:
	atomic { if :: ended[i] -> goto lost :: else fi; alone = (count(lease) == 1) };
	atomic { if :: ended[i] -> goto lost :: else fi; busy = any(mutex) };
	early = false;
#if BREAK == 4
	alone = true;
#endif
	if :: alone && !busy -> alone = false; goto held :: else -> alone = false; busy = false fi;
	atomic { if :: ended[i] -> goto lost :: else fi; lease[i] = false };

mutex_create:
	atomic {
		if :: ended[i] -> goto lost :: else fi;
		if
		:: !top || !locks -> goto mutex_parents
		:: else -> mutexes++; mutex[i] = mutexes
		fi
	};
	goto mutex_wait;
mutex_parents:
	atomic { if :: !top -> top = true; flats = 0 :: else fi };
	atomic { if :: top && !locks -> locks = true; mutexes = 0 :: else fi };
	goto mutex_create;
mutex_wait:
	atomic {
		if :: ended[i] -> goto lost :: else fi;
		predecessor(mutex);
		if
		:: before == N -> goto lease_create
		:: else -> seen = mutex[before]
		fi
	};
	atomic { (ended[i] || mutex[before] != seen) -> seen = 0; before = 0 };
	goto mutex_wait;

lease_wait:
#if BREAK != 2
	atomic { (ended[i] || count(lease) == 1) };
#endif
	atomic {
		if :: ended[i] -> goto lost :: else fi;
		/* The holder counts as such from here on: it deletes the mutex behind it. */
		enter
	};
	atomic { if :: ended[i] -> goto lost :: else fi; mutex[i] = 0 };
	goto inside;

held:
	if :: BREAK == 1 && i == 0 && flat[i] == 0 -> swapped = true; goto flat_create :: else fi;
	atomic {
		if :: ended[i] -> goto lost :: else fi;
		enter
	};
inside:
	if :: ended[i] -> goto lost :: else fi;

	/* Release: both nodes in one transaction, then what is empty of the lock's own directories. Only tangles tidies. */
	holding[i] = false;
	atomic { if :: ended[i] -> goto lost :: else fi; lease[i] = false; flat[i] = 0 };
	round++;
	/* The directories in one transaction, where nobody else is about; else one by one, where the mutex is empty. */
	atomic {
		if
		:: kinds[i] == BOTH && top && leases && !any(lease) && !any(flat) && !locks ->
			leases = false; top = false; flats = 0;
			goto start
		:: else
		fi
	};
	busy = any(mutex);
	if
	:: kinds[i] == BOTH && !busy ->
#if BREAK == 3
		atomic { locks = false; mutex[0] = 0; mutex[1] = 0; mutex[2] = 0 };
		atomic { leases = false; lease[0] = 0; lease[1] = 0; lease[2] = 0 };
#else
		atomic { if :: !any(mutex) -> locks = false; mutexes = 0 :: else fi };
		atomic { if :: !any(lease) -> leases = false :: else fi };
#endif
		atomic { if :: !any(flat) && !locks && !leases -> top = false; flats = 0 :: else fi }
	:: else
	fi;
	busy = false;
	goto start;

lost:
	/* A new session, at the end of the queue. What was held was counted as a round: it was stopped. */
	atomic { ended[i] = false; early = false; swapped = false; alone = false; busy = false; before = 0; seen = 0; };
	goto start;

end:
	done++
}

active proctype nemesis() {
	byte left = CRASHES;
	byte i;
	do
	:: left > 0 && done < N ->
		atomic {
			select(i : 0 .. 2);
			flat[i] = 0; mutex[i] = 0; lease[i] = false;
			holding[i] = false;
			ended[i] = true;
			left--;
			i = 0
		}
	:: break
	od
}

init {
	atomic { run contender(0); run contender(1); run contender(2) }
}
