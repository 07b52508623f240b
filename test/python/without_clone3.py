"""Runs a program for which the kernel has no clone3(2), as Linux before 5.3: without_clone3.py PROGRAM [ARGS...]"""

import errno
import os
import sys

import seccomp

calls = seccomp.SyscallFilter(seccomp.ALLOW)
calls.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")
calls.load()
os.execvp(sys.argv[1], sys.argv[1:])
