# shellcheck shell=bash disable=SC2034,SC2154 # variables go to and come from common.sh
# SecantusDB: speaks MongoDB's protocol over WiredTiger.
protocol=mongo variable=TANGLES_MONGO_URI
command=("$shared/venv/bin/python" "$shared/venv/bin/secantusd-py" --config "$home/secantusd.toml"
  --host 127.0.0.1 --port "$port" --storage-path "$data")

version() { sed -n 's/^SecantusDB==//p' "$servers/mongo/requirements.txt"; }

prepare=empty_config

empty_config() { : >"$home/secantusd.toml"; } # or it takes one that it finds in the user's home

missing_packages() {
  # Debian keeps ensurepip, without which there is no venv, in a package of its own.
  if ! python3 -c 'import ensurepip' 2>/dev/null; then echo python3-venv; fi
}

build() { venv_build; }

# It calls itself a replica set of one; a driver that asks for the members would leave a proxy in a test's way.
uri() { echo "mongodb://127.0.0.1:$port/?directConnection=true"; }
