"""A critical section: the work that a client runs under its lock.

Appends to a history, a JSON event a line: its begin, a tick each 50 ms, each counter it writes, its end. Arguments: the
history, the folder of the counters, the client's name and kind, the lock, the counters (`flat`, `lease`, with a comma
between), the token or `-` for $TANGLES_LOCK_TOKEN, and how long it is to run, ms. Each counter is read at the begin and
written one higher at the end, as work does that relies on its lock. $SECTION_TICK_MS is another time between ticks.
"""

import json
import os
import sys
import time

TICK = float(os.environ.get("SECTION_TICK_MS", "50")) / 1000
WIDTH = 12

history, folder, client, kind, lock, layers, token, length = sys.argv[1:]
if token == "-":
    token = os.environ["TANGLES_LOCK_TOKEN"]
out = os.open(history, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
section = f"{client}-{os.getpid()}-{time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000}"


def now():
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) / 1e6


def emit(event, at, **more):
    # One write a line: with O_APPEND lines of several processes do not mix.
    os.write(out, (json.dumps({"at": at, "event": event, "section": section, **more}) + "\n").encode())


def counter(layer):
    name = f"{lock.replace('/', '_')}.{layer}"
    return os.open(os.path.join(folder, name), os.O_RDWR | os.O_CREAT, 0o644)


begun = now()
emit("begin", begun, client=client, kind=kind, lock=lock, token=int(token), length=float(length))
counters = [(layer, counter(layer)) for layer in layers.split(",")]
read = [int(os.pread(file, WIDTH, 0) or b"0") for _, file in counters]
while now() < begun + float(length):
    time.sleep(TICK)
    emit("tick", now())
for (layer, file), number in zip(counters, read):
    os.pwrite(file, str(number + 1).rjust(WIDTH).encode(), 0)
    emit("count", now(), layer=layer, **{"from": number})
emit("end", now())
