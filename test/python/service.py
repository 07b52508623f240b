#!/usr/bin/python3
"""Runs a unit's service as systemd would, for a host where systemd is not the first process.

service.py [--set KEY=VALUE]... [--abstract] [--keep-watchdog] UNIT INSTANCE PROGRAM CONFIG WRITABLE

It speaks the notify protocol (sd_notify(3)) and enforces what the unit asks for: a mount namespace of its own, the user, capabilities, and
a seccomp filter. Not enforced: PrivateUsers=, Delegate=, RemoveIPC=, ProtectClock=, ProtectHostname=, ProtectKernelLogs= (their
capabilities are gone all the same). PROGRAM stands in for the one of ExecStart=, CONFIG (a file) for /etc/tangles/tangles.yaml; WRITABLE is
the state folder. --set replaces a setting of the unit, --abstract gives the socket an abstract name, and --keep-watchdog grants no more
time than WatchdogSec=, whatever the service asks for.

Prints a line for each thing that happens: started PID, notify NAME=VALUE, watchdog, ended CODE, restart. On stdin, `stop` stops the
service as systemctl would; its end kills the service, as does that of this process.
"""

import argparse
import ctypes
import os
import re
import select
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNS = 0x00020000
PR_SET_PDEATHSIG = 1
# Of nobody: it has no entry in /etc/passwd.
USER = 61234
INSIDE = "/run/tangles-test"
UNITS = {"": 1, "s": 1, "sec": 1, "ms": 0.001, "min": 60, "h": 3600}


def say(text):
    print(text, flush=True)


def read_unit(path, changes):
    """The settings of [Service], each a list; an empty value empties it."""
    section, settings = "", {}
    for line in open(path, encoding="utf8"):
        line = line.strip()
        if line.startswith("["):
            section = line
        elif section == "[Service]" and "=" in line and not line.startswith("#"):
            key, value = line.split("=", 1)
            settings.setdefault(key, []).append(value)
    for change in changes:
        key, value = change.split("=", 1)
        settings[key] = [value]
    return settings


def seconds(text):
    if text == "infinity":
        return float("inf")
    number, unit = re.fullmatch(r"([\d.]+)(\w*)", text).groups()
    return float(number) * UNITS[unit]


class Service:
    def __init__(self, options):
        self.options = options
        self.settings = read_unit(options.unit, options.set)

    def get(self, key, otherwise=""):
        return self.settings.get(key, [otherwise])[-1]

    def on(self, key):
        return self.get(key) in ("yes", "true")

    def command(self):
        words = shlex.split(self.get("ExecStart").replace("%i", self.options.instance))
        return [f"{INSIDE}/tangles", *words[1:]]

    def environment(self, notify):
        unset = self.get("UnsetEnvironment").split()
        env = {key: value for key, value in os.environ.items() if key not in unset}
        env["TANGLES_CONFIG"] = f"{INSIDE}/tangles.yaml"
        env["NOTIFY_SOCKET"] = notify
        if self.get("WatchdogSec"):
            env["WATCHDOG_USEC"] = str(int(seconds(self.get("WatchdogSec")) * 1e6))
        return env

    # --- in the child, up to its exec ---

    def enter(self, notify):
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if LIBC.unshare(CLONE_NEWNS) != 0:
            raise OSError(ctypes.get_errno(), "unshare")
        self.mounts(notify)
        os.umask(int(self.get("UMask", "0022"), 8))
        os.chdir("/var/lib/tangles")
        privileges = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"]
        if self.on("NoNewPrivileges"):
            privileges.append("--no-new-privs")
        if "CapabilityBoundingSet" in self.settings:
            privileges += ["--bounding-set=-all", "--inh-caps=-all"]
        self.filter()
        env = {**self.environment(notify), "WATCHDOG_PID": str(os.getpid())}
        os.execvpe(privileges[0], [*privileges, "--", *self.command()], env)

    def mounts(self, notify):
        def run(*words):
            subprocess.run(["mount", *words], check=True)

        run("--make-rprivate", "/")
        # What the test gives, before anything is hidden.
        kept = tempfile.mkdtemp(dir="/run")
        run("-t", "tmpfs", "-o", "mode=755", "none", kept)
        for source, name in ((self.options.program, "tangles"), (self.options.config, "tangles.yaml")):
            open(f"{kept}/{name}", "w").close()
            run("--bind", source, f"{kept}/{name}")
        if not notify.startswith("@"):
            os.mkdir(f"{kept}/notify", 0o755)
            run("--bind", os.path.dirname(self.options.socket), f"{kept}/notify")
        os.mkdir(f"{kept}/state")
        run("--bind", self.options.writable, f"{kept}/state")
        os.chown(f"{kept}/state", USER, USER)
        run("-t", "tmpfs", "-o", "mode=755", "none", "/var/lib")
        os.mkdir("/var/lib/tangles")
        run("--move", f"{kept}/state", "/var/lib/tangles")
        run("-t", "tmpfs", "-o", "mode=755", "none", "/mnt")
        run("--rbind", kept, "/mnt")
        run("-t", "tmpfs", "-o", "mode=755", "none", "/run")
        os.mkdir(INSIDE)
        run("--rbind", "/mnt", INSIDE)
        if self.on("PrivateTmp"):
            for folder in ("/tmp", "/var/tmp"):
                run("-t", "tmpfs", "-o", "mode=1777", "none", folder)
        if self.get("ProtectHome") == "yes":
            for folder in ("/home", "/root"):
                run("-t", "tmpfs", "-o", "mode=000", "none", folder)
        if self.on("PrivateDevices"):
            self.devices(run)
        self.read_only(run)
        proc = [*(["subset=pid"] if self.get("ProcSubset") == "pid" else [])]
        proc += [f"hidepid={self.get('ProtectProc')}"] if self.get("ProtectProc") else []
        if proc:
            run("-t", "proc", "-o", ",".join(proc), "proc", "/proc")
        elif self.on("ProtectKernelTunables"):
            run("--bind", "/proc/sys", "/proc/sys")
            run("-o", "remount,bind,ro", "/proc/sys")

    @staticmethod
    def devices(run):
        run("-t", "tmpfs", "-o", "mode=755", "none", "/mnt")
        for name in ("null", "zero", "full", "random", "urandom", "tty"):
            open(f"/mnt/{name}", "w").close()
            run("--bind", f"/dev/{name}", f"/mnt/{name}")
        os.mkdir("/mnt/shm", 0o1777)
        run("--move", "/mnt", "/dev")

    def read_only(self, run):
        if self.get("ProtectSystem") != "strict":
            return
        writable = ("/var/lib/tangles", "/dev", "/proc", "/tmp", "/var/tmp")
        if not self.on("ProtectKernelTunables") or not self.on("ProtectControlGroups"):
            writable += ("/sys",)
        places = [line.split()[4] for line in open("/proc/self/mountinfo", encoding="utf8")]
        for place in sorted(set(places)):
            if not any(place == one or place.startswith(f"{one}/") for one in writable):
                # What lies below another mount cannot be reached, nor changed.
                subprocess.run(["mount", "-o", "remount,bind,ro", place], check=place == "/", stderr=subprocess.DEVNULL)

    def filter(self):
        allowed = self.get("SystemCallFilter")
        families = self.get("RestrictAddressFamilies").split()
        if not allowed and not families:
            return
        import seccomp  # of Debian's python3-seccomp

        refuse = seccomp.ERRNO(1)
        rules = seccomp.SyscallFilter(refuse if allowed else seccomp.ALLOW)
        if allowed:
            for name in sorted(calls_in(allowed)):
                try:
                    if not (families and name == "socket") and not (self.on("RestrictNamespaces") and name == "unshare"):
                        rules.add_rule(seccomp.ALLOW, name)
                except RuntimeError:
                    pass  # no call of this processor
        for family in families:
            if allowed:
                number = int(getattr(socket, family))
                rules.add_rule(seccomp.ALLOW, "socket", seccomp.Arg(0, seccomp.EQ, number))
        rules.load()


def calls_in(group):
    """The names of system calls in a group of systemd, and in those that it holds."""
    listing = subprocess.run(["systemd-analyze", "syscall-filter"], check=True, capture_output=True, text=True).stdout
    sets = {}
    for line in listing.splitlines():
        if line.startswith("@"):
            members = sets.setdefault(line.strip(), [])
        elif line.startswith("    ") and not line.strip().startswith("#"):
            members.append(line.strip())
    found, groups = set(), [group]
    while groups:
        for member in sets[groups.pop()]:
            (groups.append if member.startswith("@") else found.add)(member)
    # Of the program loader and of setpriv.
    return found | {"execve", "capget", "capset", "prctl"}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--set", action="append", default=[])
    parser.add_argument("--abstract", action="store_true")
    parser.add_argument("--keep-watchdog", action="store_true")
    for name in ("unit", "instance", "program", "config", "writable"):
        parser.add_argument(name)
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="tangles-notify-")
    os.chmod(folder, 0o755)
    options.socket = f"{folder}/notify"
    inbox = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    name = f"@tangles-test/{os.getpid()}" if options.abstract else options.socket
    inbox.bind(f"\0{name[1:]}" if options.abstract else name)
    if not options.abstract:
        os.chmod(name, 0o777)
    try:
        Manager(Service(options), inbox, name if options.abstract else f"{INSIDE}/notify/notify").run()
    finally:
        if not options.abstract:
            os.unlink(name)
        os.rmdir(folder)


class Manager:
    def __init__(self, service, inbox, notify):
        self.service, self.inbox, self.notify = service, inbox, notify
        self.watchdog = seconds(service.get("WatchdogSec", "infinity"))
        self.alive, self.kill_at, self.stopping = float("inf"), float("inf"), False

    def start(self):
        self.child = os.fork()
        if self.child == 0:
            try:
                self.inbox.close()
                self.service.enter(self.notify)
            except BaseException as error:  # the fork must not go on as its parent
                print(f"service.py: {error!r}", file=sys.stderr, flush=True)
            os._exit(200)
        self.handle = os.pidfd_open(self.child)
        self.alive = self.kill_at = float("inf")
        say(f"started {self.child}")

    def run(self):
        self.start()
        while True:
            due = min(self.alive + self.watchdog, self.kill_at) - time.monotonic()
            waiting = [self.inbox, self.handle, *([] if self.stopping else [sys.stdin])]
            ready, _, _ = select.select(waiting, [], [], None if due == float("inf") else max(0, due))
            if self.inbox in ready:
                self.hear()
            elif self.handle in ready:
                if self.reap():
                    return
            elif sys.stdin in ready:
                self.obey(sys.stdin.readline().strip())
            else:
                self.expire()

    def hear(self):
        for line in self.inbox.recv(65536).decode().split("\n"):
            say(f"notify {line}")
            key, value = line.split("=", 1)
            if key == "WATCHDOG_USEC" and not self.service.options.keep_watchdog:
                self.watchdog = int(value) / 1e6
            if key in ("READY", "WATCHDOG"):
                self.alive = time.monotonic()
            if key == "STOPPING":
                self.alive = float("inf")

    def obey(self, order):
        self.stopping = True
        if order == "stop":
            self.end_by(signal.SIGTERM)
        else:
            os.kill(self.child, signal.SIGKILL)

    def expire(self):
        if time.monotonic() >= self.kill_at:
            say("killed after TimeoutStopSec")
            os.kill(self.child, signal.SIGKILL)
            self.kill_at = float("inf")
            return
        say("watchdog")
        self.end_by(signal.SIGABRT)

    def end_by(self, first):
        self.alive, self.kill_at = float("inf"), time.monotonic() + seconds(self.service.get("TimeoutStopSec", "90s"))
        os.kill(self.child, first)
        # A stopped process takes a signal as it goes on.
        os.kill(self.child, signal.SIGCONT)

    def reap(self):
        _, status = os.waitpid(self.child, 0)
        os.close(self.handle)
        code = os.waitstatus_to_exitcode(status)
        say(f"ended {code}")
        well = code in (0, *map(int, self.service.get("SuccessExitStatus").split()))
        final = str(code) in self.service.get("RestartPreventExitStatus").split()
        if self.stopping or well or final or self.service.get("Restart") != "on-failure":
            return True
        say("restart")
        # Without the pause of RestartSec=.
        self.start()
        return False


main()
