"""Pushes jobs as the existing producer does, by pyfaktory. Arguments: URL, queue, and the jobs' arguments as a JSON list."""

import json
import sys

from pyfaktory import Client, Job, Producer

url, queue, jobs = sys.argv[1:]

with Client(faktory_url=url, role="producer") as client:
    producer = Producer(client=client)
    for args in json.loads(jobs):
        producer.push(Job(jobtype="arbor_job", args=args, queue=queue))
