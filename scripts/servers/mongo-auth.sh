# shellcheck shell=bash disable=SC2034,SC2154 # variables go to and come from common.sh
# SecantusDB that asks for a login: user root, password secret, SCRAM-SHA-256.
# shellcheck source=scripts/servers/mongo.sh
source "$servers/mongo.sh"
variable=TANGLES_TEST_MONGO_AUTH_URI
prepare=ask_for_login

ask_for_login() {
  empty_config
  # The first user can only be made on a server without --auth.
  if [[ ! -e $home/user-made ]]; then
    launch "${command[@]}"
    await || return
    "$shared/venv/bin/python" "$servers/mongo/create-user.py" "$port" root secret || return
    halt
    touch "$home/user-made"
  fi
  command+=(--auth)
}

uri() { echo "mongodb://root:secret@127.0.0.1:$port/?authSource=admin&directConnection=true"; }
