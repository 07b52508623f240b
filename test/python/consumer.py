"""A worker as the existing ones are: takes a queue's jobs by pyfaktory and acknowledges each. Prints "ready", then
each job's arguments.

Arguments: URL, queue.
"""

import json
import sys

from pyfaktory import Client, Consumer

url, queue = sys.argv[1:]


def arbor_job(rootstock: str, rootstock_tcn: int, scion: str, scion_tcn: int, page_size: int) -> None:
    print(json.dumps([rootstock, rootstock_tcn, scion, scion_tcn, page_size]), flush=True)


with Client(faktory_url=url, role="consumer") as client:
    consumer = Consumer(client=client, queues=[queue], concurrency=1)
    consumer.register("arbor_job", arbor_job)
    print("ready", flush=True)
    consumer.run()
