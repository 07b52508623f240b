# shellcheck shell=bash disable=SC2034,SC2154 # variables go to and come from common.sh
protocol=faktory variable=FAKTORY_URL
extra_ports=($((port + 1))) # its web pages
# An empty config folder, so that nothing of the user's own Faktory gets in.
command=("$shared/bin/faktory" -e development -b "127.0.0.1:$port" -w "127.0.0.1:$((port + 1))"
  -d "$data" -c "$home/config")
prepare=faktory_prepare helpers=redis_of_faktory

version() { sed -n 's/^require .*faktory v//p' "$servers/faktory/go.mod"; }

missing_packages() {
  # Debian's redis-server is a link to redis-check-rdb of redis-tools, which brings no system daemon: see build.
  if ! command -v redis-server redis-check-rdb >/dev/null; then echo redis-tools; fi
  # The tests of TLS make their certificates with it.
  command -v openssl >/dev/null || echo openssl
}

build() {
  go_build faktory github.com/contribsys/faktory/cmd/faktory
  # The one program looks at its name to know what it is.
  if ! command -v redis-server >/dev/null; then ln -sfn "$(command -v redis-check-rdb)" "$shared/bin/redis-server"; fi
}

faktory_prepare() {
  local secret=${FAKTORY_PASSWORD:-}
  # The path of a Unix socket has room for 107 bytes; beyond it Faktory says only "redis not alive".
  ((${#data} + 11 <= 107)) || die "the path $data is too long for Faktory's socket in it: use a shorter --dir"
  mkdir -p "$home/config"
  if [[ $secret == /* ]]; then secret=$(<"$secret"); fi # as Faktory reads it: a path is a file to read
  rm -f "$home/password"
  if [[ $secret ]]; then (umask 077 && printf %s "$secret" >"$home/password"); fi
  if ! command -v redis-server >/dev/null; then export PATH=$PATH:$shared/bin; fi
}

# Its redis normally ends with it; after KILL it may take a moment or stay. It is the one that works in our folder,
# and bears Faktory's name for the moment before it is redis.
redis_of_faktory() {
  local proc
  for proc in /proc/[0-9]*; do
    if [[ $proc/cwd -ef $data && $(cat "$proc/comm" 2>/dev/null) == @(redis-server|faktory) ]]; then echo "${proc#/proc/}"; fi
  done
}

uri() {
  local secret='' encoded='' i byte
  if [[ -s $home/password ]]; then
    secret=$(od -An -v -tx1 "$home/password" | tr -d ' \n')
    for ((i = 0; i < ${#secret}; i += 2)); do
      # shellcheck disable=SC2059
      printf -v byte "\\x${secret:i:2}"
      case $byte in
      [A-Za-z0-9_.~-]) encoded+=$byte ;;
      *) encoded+=%${secret:i:2} ;;
      esac
    done
    encoded=:$encoded@
  fi
  echo "tcp://${encoded}127.0.0.1:$port"
}
