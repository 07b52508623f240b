"""Looks at locks with eyes of its own, by kazoo, on the one server it is given.

For each line `LOCK` or `LOCK SECTION` on stdin a line of JSON: the nodes of that lock's flat layer, of v2's mutex, and the
leases, with czxid and owner, each in the order of the queue; `asked` is when the first request was sent, `at` when all
was known. The first request is a transaction, though one that is refused: no leader of the past answers it. The argument is
`host:port` of the leader.
"""

import json
import logging
import sys
import time

from kazoo.client import KazooClient
from kazoo.exceptions import KazooException, NoNodeError

logging.disable(logging.CRITICAL)


def now():
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) / 1e6


def nodes(path):
    """All nodes of one directory that are owned by a session."""
    try:
        names = client.get_children(path)
    except NoNodeError:
        return []
    reads = [client.exists_async(f"{path}/{name}") for name in names if name not in ("locks", "leases")]
    stats = [stat for stat in (read.get(timeout=2) for read in reads) if stat is not None]
    ephemeral = [stat for stat in stats if stat.ephemeralOwner != 0]
    return [
        {"czxid": stat.czxid, "owner": f"{stat.ephemeralOwner & (2**64 - 1):x}"}
        for stat in sorted(ephemeral, key=lambda stat: stat.czxid)
    ]


client = KazooClient(hosts=sys.argv[1], timeout=10)
client.start(timeout=5)
for line in sys.stdin:
    lock, *section = line.split()
    asked = now()
    try:
        try:
            client.delete_async(f"{lock}-never-there").get(timeout=2)
        except NoNodeError:
            pass
        # The lease first: it is made last and goes first, so that a lease that is seen had its flat node then.
        lease = nodes(f"{lock}/leases")
        mutex = nodes(f"{lock}/locks")
        flat = nodes(lock)
    except (KazooException, client.handler.timeout_exception) as error:
        print(f"reader: {type(error).__name__}", file=sys.stderr)
        sys.exit(1)
    event = {"event": "nodes", "section": section[0]} if section else {"event": "look", "lock": lock}
    print(json.dumps({"at": now(), **event, "asked": asked, "flat": flat, "mutex": mutex, "lease": lease}), flush=True)
client.stop()
client.close()
