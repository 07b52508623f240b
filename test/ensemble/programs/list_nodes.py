"""Prints every path of a tree but the root and the server's own, a line each. The argument is `host:port`."""

import logging
import sys

from kazoo.client import KazooClient
from kazoo.exceptions import NoNodeError

logging.disable(logging.CRITICAL)
client = KazooClient(hosts=sys.argv[1], timeout=10)
client.start(timeout=10)


def walk(path):
    try:
        names = client.get_children(path)
    except NoNodeError:
        return
    for name in names:
        below = f"{path.rstrip('/')}/{name}"
        if below == "/zookeeper":
            continue
        print(below)
        walk(below)


walk("/")
client.stop()
client.close()
