#!/usr/bin/env bash
# Does a server answer? ask.sh faktory|mongo|zookeeper PORT. Run it under timeout: a frozen server never answers.
# Speaks the protocols itself, so that asking takes milliseconds and needs no driver.
set -euo pipefail
exec 3<>"/dev/tcp/127.0.0.1/$2"
case $1 in
faktory)
  IFS= read -r line <&3
  [[ $line == +HI* ]]
  ;;
zookeeper)
  # Not ruok: it says imok before the server serves. Only one that serves has a mode.
  printf srvr >&3
  grep -q ^Mode: <&3
  ;;
mongo)
  # One OP_MSG of 52 bytes, {hello: 1, $db: "admin"}, which needs no login; then the fixed part of the reply's
  # header, its body, and in it "ok" as the double 1.
  printf '\x34\0\0\0\x01\0\0\0\0\0\0\0\xdd\x07\0\0\0\0\0\0\0' >&3
  # shellcheck disable=SC2016 # a dollar, not a variable
  printf '\x1f\0\0\0\x10hello\0\x01\0\0\0\x02$db\0\x06\0\0\0admin\0\0' >&3
  size=$(head -c 4 <&3 | od -An -tu4)
  head -c $((size - 4)) <&3 | LC_ALL=C grep -qaP '\x01ok\x00{7}\xf0\x3f'
  ;;
*) exit 64 ;;
esac
