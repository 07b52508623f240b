import @CURATOR@.framework.CuratorFramework;
import @CURATOR@.framework.CuratorFrameworkFactory;
import @CURATOR@.framework.recipes.locks.InterProcessSemaphoreMutex;
import @CURATOR@.framework.state.ConnectionState;
import @CURATOR@.retry.ExponentialBackoffRetry;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.data.Stat;

/**
 * Runs critical sections under locks of real Curator until its stdin ends. Each is a child process, stopped when Curator
 * reports SUSPENDED, continued at RECONNECTED, killed at LOST, as Curator's documentation asks of its users.
 * Arguments: connect string, session time-out ms, threads, seed, the directory of the lock's nodes (empty, or /leases),
 * locks with commas between, lengths with commas between, then the command: `{lock}`, `{token}` and `{length}` in it
 * are replaced. Prints a line for each run that fails.
 */
public class SectionRunner {
	private static final Set<Process> children = ConcurrentHashMap.newKeySet();
	private static volatile boolean ending = false;

	public static void main(String[] args) throws Exception {
		CuratorFramework curator = CuratorFrameworkFactory.newClient(
			args[0], Integer.parseInt(args[1]), 5000, new ExponentialBackoffRetry(1000, 3));
		curator.getConnectionStateListenable().addListener((client, state) -> {
			if (state == ConnectionState.SUSPENDED) signalAll("STOP");
			if (state == ConnectionState.RECONNECTED) signalAll("CONT");
			if (state == ConnectionState.LOST) signalAll("KILL");
		});
		curator.start();
		Thread[] threads = new Thread[Integer.parseInt(args[2])];
		for (int at = 0; at < threads.length; at++) {
			Random random = new Random(Long.parseLong(args[3]) + at);
			threads[at] = new Thread(() -> {
				while (!ending) run(curator, random, args);
			});
			threads[at].start();
		}
		while (System.in.read() >= 0) {}
		ending = true;
		for (Thread thread : threads) thread.join();
		curator.close();
	}

	private static void run(CuratorFramework curator, Random random, String[] args) {
		String lock = of(args[5], random);
		try {
			InterProcessSemaphoreMutex mutex = new InterProcessSemaphoreMutex(curator, lock);
			if (!mutex.acquire(5, TimeUnit.SECONDS)) return;
			try {
				String token = String.valueOf(ownNode(curator, lock + args[4]));
				List<String> command = Arrays.stream(args).skip(7)
					.map(word -> word.replace("{lock}", lock).replace("{token}", token).replace("{length}", of(args[6], random)))
					.toList();
				Process child = new ProcessBuilder(command).inheritIO().start();
				children.add(child);
				child.waitFor();
				children.remove(child);
			} finally {
				mutex.release();
			}
		} catch (Exception error) {
			System.out.println(error.getClass().getSimpleName());
		}
	}

	private static String of(String list, Random random) {
		String[] all = list.split(",");
		return all[random.nextInt(all.length)];
	}

	/** The czxid of this client's oldest node in a directory: others are of threads that wait. 0 where there is none. */
	private static long ownNode(CuratorFramework curator, String directory) throws Exception {
		long session = curator.getZookeeperClient().getZooKeeper().getSessionId();
		long oldest = 0;
		for (String name : curator.getChildren().forPath(directory)) {
			Stat stat = name.startsWith("_c_") ? curator.checkExists().forPath(directory + "/" + name) : null;
			if (stat == null || stat.getEphemeralOwner() != session) continue;
			if (oldest == 0 || stat.getCzxid() < oldest) oldest = stat.getCzxid();
		}
		return oldest;
	}

	private static void signalAll(String signal) {
		for (Process child : children) {
			try {
				new ProcessBuilder("kill", "-" + signal, String.valueOf(child.pid())).start().waitFor();
			} catch (Exception error) {
				System.out.println(error.getClass().getSimpleName());
			}
		}
	}
}
