"""Makes the user of mongo-auth on a server that runs without --auth: create-user.py PORT USER PASSWORD."""

import sys

from pymongo import MongoClient
from pymongo.errors import OperationFailure

ALREADY_THERE = 51003

port, user, password = sys.argv[1:]
client = MongoClient("127.0.0.1", int(port), directConnection=True, serverSelectionTimeoutMS=5000)
try:
    client.admin.command("createUser", user, pwd=password, roles=["root"], mechanisms=["SCRAM-SHA-256"])
except OperationFailure as error:
    if error.code != ALREADY_THERE:
        raise
