# shellcheck shell=bash disable=SC2034,SC2154 # variables go to and come from common.sh
protocol=zookeeper variable=TANGLES_ZOOKEEPER
jars=/usr/share/java
# The jar's manifest names all it needs but a logger; this one writes to stderr. Naming the two, not the whole folder,
# halves the start. preAllocSize: kB of each log file, 64 MB otherwise.
# The last two are for TLS: the jar's manifest has netty, and not all that netty needs.
# SERVICES_ZOOKEEPER_JAVA: more Java properties, for tests (see README.md).
read -ra extra <<<"${SERVICES_ZOOKEEPER_JAVA:-}"
command=(java -Xms16m -Xmx256m -XX:+UseSerialGC -Djava.net.preferIPv4Stack=true
  -Dorg.slf4j.simpleLogger.showDateTime=true -Dzookeeper.jmx.log4j.disable=true
  -Dzookeeper.preAllocSize=4096 "${extra[@]}"
  -cp "$jars/zookeeper.jar:$jars/slf4j-simple.jar:$jars/netty-codec.jar:$jars/netty-resolver.jar"
  org.apache.zookeeper.server.quorum.QuorumPeerMain "$home/zoo.cfg")
prepare=write_config

# Debian's jar has no version in its name; a link to it does.
version() { compgen -G "$jars/zookeeper-[0-9]*.jar" | sed -n '1s/.*zookeeper-\(.*\)\.jar/\1/p'; }

missing_packages() {
  # The library holds the server; the package "zookeeper" adds only scripts and a whole desktop Java.
  [[ -e $jars/zookeeper.jar ]] || echo libzookeeper-java
  command -v java >/dev/null || echo default-jre-headless
}

build() { :; }

write_config() {
  cat >"$home/zoo.cfg" <<-END
	# Short ticks allow the short sessions that tests like.
	tickTime=500
	minSessionTimeout=500
	maxSessionTimeout=60000
	dataDir=$data
	clientPort=$port
	clientPortAddress=127.0.0.1
	maxClientCnxns=0
	admin.enableServer=false
	4lw.commands.whitelist=*
	END
  # SERVICES_ZOOKEEPER_TLS: TLS besides, on the next port (see README.md).
  [[ -z ${SERVICES_ZOOKEEPER_TLS:-} ]] || cat >>"$home/zoo.cfg" <<-END
	serverCnxnFactory=org.apache.zookeeper.server.NettyServerCnxnFactory
	secureClientPort=$((port + 1))
	secureClientPortAddress=127.0.0.1
	authProvider.x509=org.apache.zookeeper.server.auth.X509AuthenticationProvider
	ssl.keyStore.location=$SERVICES_ZOOKEEPER_TLS/server.pem
	ssl.keyStore.type=PEM
	ssl.trustStore.location=$SERVICES_ZOOKEEPER_TLS/ca.pem
	ssl.trustStore.type=PEM
	END
}

uri() { echo "127.0.0.1:$port"; }
