"""Runs critical sections under locks of kazoo, in Curator's flat layout, until its stdin ends.

Each is a child process, stopped when kazoo reports SUSPENDED, continued at CONNECTED, killed at LOST, as kazoo's
documentation asks of its users. Arguments: hosts, session time-out ms, threads, seed, locks with commas between, lengths
with commas between, then the command: `{lock}`, `{token}` and `{length}` in it are replaced. Prints a line for each run
that fails.
"""

import logging
import random
import signal
import subprocess
import sys
import threading

from kazoo.client import KazooClient, KazooState
from kazoo.exceptions import KazooException
from kazoo.handlers.threading import KazooTimeoutError
from kazoo.recipe.lock import Lock

hosts, session_ms, threads, seed, locks, lengths, *command = sys.argv[1:]
logging.disable(logging.CRITICAL)
children = set()
ending = threading.Event()
client = KazooClient(hosts=hosts, timeout=int(session_ms) / 1000, connection_retry=-1, randomize_hosts=True)

SIGNALS = {
    KazooState.SUSPENDED: signal.SIGSTOP,
    KazooState.CONNECTED: signal.SIGCONT,
    KazooState.LOST: signal.SIGKILL,
}


class FlatLock(Lock):
    """kazoo's lock with the names of Curator's flat layout, so that each waits for the other."""

    _NODE_NAME = "-lock-"
    _EXCLUDE_NAMES = ["-lock-"]


def on_state(state):
    for child in list(children):
        child.send_signal(SIGNALS[state])


def own_node(path):
    """The czxid of this client's oldest node: others are of threads that wait. 0 where there is none."""
    session, _ = client.client_id
    names = [name for name in client.get_children(path) if "-lock-" in name]
    stats = [client.exists(f"{path}/{name}") for name in names]
    return min((stat.czxid for stat in stats if stat is not None and stat.ephemeralOwner == session), default=0)


def run(rng):
    path = rng.choice(locks.split(","))
    lock = FlatLock(client, path)
    if not lock.acquire(timeout=5):
        return
    try:
        words = {"{lock}": path, "{token}": str(own_node(path)), "{length}": rng.choice(lengths.split(","))}
        child = subprocess.Popen([words.get(word, word) for word in command])
        children.add(child)
        child.wait()
        children.discard(child)
    finally:
        lock.release()


def work(number):
    rng = random.Random(f"{seed} {number}")
    while not ending.is_set():
        try:
            run(rng)
        except (KazooException, KazooTimeoutError) as error:
            print(type(error).__name__, flush=True)
            # A client that is closed or cut off fails at once: no use to try in a loop that never rests.
            ending.wait(0.5)


client.add_listener(on_state)
while not client.connected:
    try:
        client.start(timeout=30)
    except KazooTimeoutError as error:
        print(type(error).__name__, flush=True)
workers = [threading.Thread(target=work, args=(number,)) for number in range(int(threads))]
for worker in workers:
    worker.start()
sys.stdin.read()
ending.set()
for worker in workers:
    worker.join()
client.stop()
