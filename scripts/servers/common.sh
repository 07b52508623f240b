# shellcheck shell=bash disable=SC2030,SC2031,SC2154 # as() sets variables in a subshell, which is its purpose
# What the servers share. Each function that speaks of "this server" runs in the subshell of `as NAME`, which sets
# name, home, data and port and sources NAME.sh.

say() { printf '%s\n' "services: $*" >&2; }
die() {
  say "$*"
  exit 1
}

as() (become "$@") # as NAME COMMAND...: the command with that server's definitions

become() { # the same, in the subshell that the caller makes
  name=$1 home=$dir/$1 data=$dir/$1/data port=$((base + offset[$1]))
  extra_ports=() prepare=: helpers=: # what a server may leave out
  # shellcheck source=/dev/null
  source "$servers/$name.sh"
  shift
  "$@"
}

# --- building: once for all sets, under one lock --------------------------------------------------------------------

newer() { # newer FILE FOLDER: the file is there, and nothing in the folder is younger
  [[ -x $1 && -z $(find "$2" -newer "$1" -print -quit) ]]
}

go_build() { # go_build NAME PACKAGE: the module in servers/NAME gives .local/bin/NAME
  local out=$shared/bin/$1 version
  if newer "$out" "$servers/$1"; then return; fi
  command -v go >/dev/null || die "$1 needs Go 1.21 or later on the PATH (Debian: golang-go, from backports on Debian 12; or go.dev/dl)"
  version=$(go env GOVERSION)
  [[ $version =~ ^go1\.(2[1-9]|[3-9][0-9]) ]] || die "$1 needs Go 1.21 or later, this is $version"
  say "building $1 (once)"
  # To a name of its own first: a killed build must not leave half a binary behind. Nothing in C, so no compiler is needed.
  (cd "$servers/$1" && CGO_ENABLED=0 GOWORK=off go build -trimpath -buildvcs=false -ldflags '-s -w' -o "$out.new" "$2") \
    >"$shared/build-$1.log" 2>&1 || {
    tail -n 20 "$shared/build-$1.log" >&2
    die "building $1 failed, see $shared/build-$1.log"
  }
  mv -f "$out.new" "$out"
  touch "$out" # the linker's time, not that of a cached copy
}

venv_build() {
  local venv=$shared/venv pins=$servers/mongo/requirements.txt
  if [[ -x $venv/bin/python ]] && cmp -s "$pins" "$venv/installed.txt"; then return; fi
  say "making the Python environment (once)"
  {
    python3 -m venv --clear "$venv" &&
      "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$pins"
  } >"$shared/build-venv.log" 2>&1 || {
    tail -n 20 "$shared/build-venv.log" >&2
    die "making the Python environment failed, see $shared/build-venv.log"
  }
  cp "$pins" "$venv/installed.txt" # last: an environment without it is not complete
}

install_packages() { # install_packages NAME...: Debian packages; none of ours brings a system daemon with it
  local apt=(apt-get -o DPkg::Lock::Timeout=120) sudo=()
  local hint="apt-get update && apt-get install -y --no-install-recommends $*"
  command -v apt-get >/dev/null || die "missing on this machine: what the Debian packages $* hold. Install them and start again."
  if ((EUID != 0)); then
    sudo -n true 2>/dev/null || die "Debian packages are missing: $*. As root: $hint"
    sudo=(sudo -n)
  fi
  say "installing Debian packages: $*"
  {
    "${sudo[@]}" "${apt[@]}" update &&
      "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive "${apt[@]}" install -y --no-install-recommends "$@"
  } </dev/null >"$shared/build-apt.log" 2>&1 || {
    tail -n 20 "$shared/build-apt.log" >&2
    die "installing failed. As root: $hint"
  }
}

# --- ports ----------------------------------------------------------------------------------------------------------

listening() { # listening PORT: the inodes of the sockets that listen there
  local hex
  printf -v hex %04X "$1"
  awk -v "port=:$hex\$" '$4 == "0A" && $2 ~ port { print $10 }' /proc/net/tcp /proc/net/tcp6 2>/dev/null || true
}

holds() { # holds PID PORT: that process listens on that port
  local inode
  for inode in $(listening "$2"); do
    if [[ $(find "/proc/$1/fd" -lname "socket:\\[$inode\\]" -print -quit 2>/dev/null) ]]; then return; fi
  done
  return 1
}

need_ports_free() {
  local p proc who
  for p in "$port" "${extra_ports[@]}"; do
    if [[ -z $(listening "$p") ]]; then continue; fi
    who="a process of another user"
    for proc in /proc/[0-9]*; do
      if holds "${proc#/proc/}" "$p"; then who="process ${proc#/proc/} ($(tr '\0' ' ' <"$proc/cmdline" | cut -c 1-80))"; fi
    done
    die "port $p, for $name, is taken by $who; choose others with --ports"
  done
}

# --- one server's process -------------------------------------------------------------------------------------------

launch() { # launch COMMAND...: as this server's process, free of the script: own session, no terminal, no descriptors
  printf '%s\0' "$@" >"$home/cmdline"
  if [[ -s $home/log ]]; then mv -f "$home/log" "$home/log.old"; fi
  local pid stopped=
  trap 'stopped=1' TERM # an undo must not come between the start and the moment when halt knows the process for ours
  (
    for fd in "/proc/$BASHPID/fd/"*; do
      fd=${fd##*/}
      if ((fd > 2)); then eval "exec $fd>&-"; fi
    done
    cd "$data" || exit
    exec setsid "$@" </dev/null >"$home/log" 2>&1
  ) &
  # Not the leader of a group, so setsid does not fork: this is the server's own pid.
  pid=$!
  echo "$pid" >"$home/pid"
  while exists "$pid" && ! alive; do sleep 0.01; done
  trap - TERM
  if [[ $stopped ]]; then exit 143; fi
}

exists() { # exists PID: and is no zombie
  local stat
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null && [[ ${stat##*) } != [ZX]* ]]
}

alive() { # this server's process runs: the pid may have gone to another since, the whole command line has not
  # (through a pipe: cmp takes a file of /proc for an empty one)
  local pid
  pid=$(cat "$home/pid" 2>/dev/null) && [[ -n $pid ]] && cmp -s "$home/cmdline" <(cat "/proc/$pid/cmdline" 2>/dev/null)
}

answers() { # answers SECONDS: on its own port, and it is our process that answers, not somebody else's
  local pid
  pid=$(<"$home/pid")
  timeout "$1" bash "$servers/ask.sh" "$protocol" "$port" 2>/dev/null && holds "$pid" "$port"
}

await() {
  local deadline=$((SECONDS + 60)) pid why=
  pid=$(<"$home/pid")
  # Half a second: ZooKeeper, in its first moments, takes a connection and forgets it.
  until answers 0.5; do
    if ! exists "$pid"; then why="ended before it answered"; fi
    if ((SECONDS >= deadline)); then why="does not answer after 60 s"; fi
    if [[ $why ]]; then
      say "$name on 127.0.0.1:$port $why; the end of $home/log:"
      tail -n 20 "$home/log" >&2
      return 1
    fi
    sleep 0.03
  done
}

end() { # end PID: TERM, and KILL when it is still there after 10 s
  local pid=$1 deadline=$((SECONDS + 11)) signal=TERM
  kill -TERM "$pid" 2>/dev/null || true
  kill -CONT "$pid" 2>/dev/null || true # a stopped process takes TERM only when it goes on
  while exists "$pid"; do
    if ((SECONDS >= deadline)); then
      [[ $signal == TERM ]] || die "$name: process $pid does not even end on KILL"
      signal=KILL deadline=$((SECONDS + 6))
      kill -KILL "$pid" 2>/dev/null || true
    fi
    sleep 0.03
  done
}

up() {
  mkdir -p "$data"
  halt # what a killed server left behind: a redis would hold the socket, an old pid file would mislead
  $prepare || return
  launch "${command[@]}"
  await
}

halt() { # idempotent; the data stays
  local pid
  if alive; then end "$(<"$home/pid")"; fi
  for pid in $($helpers); do end "$pid"; done
  rm -f "$home/pid" "$home/cmdline"
}

await_or_up() { if alive; then await; else up; fi; }

# --- what the user sees ---------------------------------------------------------------------------------------------

describe() { # fails unless it is up
  local state=down pid=-
  if alive; then
    pid=$(<"$home/pid")
    if answers 2; then state=up; else state=mute; fi
  elif [[ -e $home/elsewhere ]]; then
    state=elsewhere # the user's own, not ours to judge
  fi
  printf '%-11s %-10s 127.0.0.1:%-6s pid %-8s %s\n' "$name" "$state" "$port" "$pid" "$(version)"
  [[ $state == up || $state == elsewhere ]]
}

note_elsewhere() { # the user's environment names a server of this kind, and not the one of this set
  local theirs=${!variable:-}
  rm -f "$home/elsewhere"
  if [[ -z $theirs || $theirs =~ 127\.0\.0\.1:$port([^0-9]|$) ]]; then return; fi
  if alive; then return; fi
  mkdir -p "$home"
  (umask 077 && printf %s "$theirs" >"$home/elsewhere") # for env; it may hold a password
  say "$name is not started: $variable is set, so that server is used"
}

export_line() {
  local value
  if [[ -e $home/elsewhere ]]; then value=$(<"$home/elsewhere"); else value=$(uri); fi
  printf 'export %s=%q\n' "$variable" "$value"
}
