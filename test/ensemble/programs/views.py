"""Compares what the servers of an ensemble show, each asked by itself, and looks for nodes that one of them alone has.

Arguments: the locks with commas between, then `host:port` of each server, the first is number 1. Prints a line of JSON, once a
second, for each node that one server has shown for longer than 3 s while two others, which answered, did not have it: a
ghost. A server that merely lags catches up sooner, or stops answering.
"""

import json
import logging
import sys
import time

from kazoo.client import KazooClient
from kazoo.exceptions import KazooException, NoNodeError
from kazoo.handlers.threading import KazooTimeoutError

logging.disable(logging.CRITICAL)
GHOST_MS = 3000
locks = sys.argv[1].split(",")
servers = sys.argv[2:]
clients = {}


def now():
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) / 1e6


def names(client, path):
    try:
        return client.get_children_async(path).get(timeout=1)
    except NoNodeError:
        return []


def view(number):
    """The contenders' nodes as one server shows them, each with its lock; None where it does not answer."""
    client = clients.get(number)
    try:
        if client is None:
            client = KazooClient(hosts=servers[number - 1], timeout=4)
            client.start(timeout=2)
            clients[number] = client
        found = set()
        for lock in locks:
            for directory in (lock, f"{lock}/locks", f"{lock}/leases"):
                nodes = [name for name in names(client, directory) if "lock-" in name or "lease-" in name]
                found.update((lock, f"{directory}/{name}") for name in nodes)
        return found
    except (KazooException, KazooTimeoutError):
        clients.pop(number, None)
        if client is not None:
            client.stop()
            client.close()
        return None


since = {}
while True:
    views = {number: view(number) for number in range(1, len(servers) + 1)}
    answered = {number: found for number, found in views.items() if found is not None}
    alone = set()
    for number, found in answered.items():
        others = [other for at, other in answered.items() if at != number]
        if len(others) < 2:
            continue
        alone.update((number, *node) for node in found if not any(node in other for other in others))
    since = {ghost: since.get(ghost, now()) for ghost in alone}
    for (number, lock, path), began in since.items():
        if now() - began > GHOST_MS:
            ghost = {"at": now(), "event": "ghost", "server": number, "lock": lock, "path": path, "since": began}
            print(json.dumps(ghost), flush=True)
    time.sleep(1)
