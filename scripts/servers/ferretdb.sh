# shellcheck shell=bash disable=SC2034,SC2154 # variables go to and come from common.sh
# FerretDB over SQLite: MongoDB's protocol from other hands, for tests on small data.
protocol=mongo variable=TANGLES_TEST_FERRETDB_URI
command=("$shared/bin/ferretdb" "127.0.0.1:$port" "$data")

version() { sed -n 's/^require .*FerretDB v//p' "$servers/ferretdb/go.mod"; }
missing_packages() { :; }
build() { go_build ferretdb .; }
uri() { echo "mongodb://127.0.0.1:$port/"; }
