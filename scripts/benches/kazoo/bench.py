"""Times lock and unlock of kazoo's Semaphore: for each line `PATH N` on stdin, a JSON list of microseconds."""

import json
import sys
import time

from kazoo.client import KazooClient

client = KazooClient(hosts=sys.argv[1])
client.start()
for line in sys.stdin:
    path, rounds = line.split()
    semaphore = client.Semaphore(path)
    times = []
    for _ in range(int(rounds)):
        began = time.perf_counter()
        semaphore.acquire()
        semaphore.release()
        times.append(round((time.perf_counter() - began) * 1e6))
    print(json.dumps(times), flush=True)
client.stop()
