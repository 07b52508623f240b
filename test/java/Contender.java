import @CURATOR@.framework.CuratorFramework;
import @CURATOR@.framework.CuratorFrameworkFactory;
import @CURATOR@.framework.recipes.locks.InterProcessSemaphoreMutex;
import @CURATOR@.retry.ExponentialBackoffRetry;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Contends for locks by real Curator, as told on stdin, a command a line; answers each with a line. */
public class Contender {
	private static final Map<String, InterProcessSemaphoreMutex> held = new HashMap<>();
	private static CuratorFramework curator;

	public static void main(String[] args) throws Exception {
		curator = CuratorFrameworkFactory.newClient(
			args[0], Integer.parseInt(args[1]), 5000, new ExponentialBackoffRetry(1000, 3));
		curator.start();
		BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
		for (String line = in.readLine(); line != null && !line.equals("quit"); line = in.readLine()) {
			String answer;
			try {
				answer = obey(line.split(" "));
			} catch (Exception error) {
				answer = "error " + error;
			}
			System.out.println(answer);
			System.out.flush();
		}
		curator.close();
	}

	private static String obey(String[] words) throws Exception {
		String path = words[1];
		switch (words[0]) {
			case "acquire":
				InterProcessSemaphoreMutex lock = new InterProcessSemaphoreMutex(curator, path);
				if (!lock.acquire(Long.parseLong(words[2]), TimeUnit.MILLISECONDS)) return "no";
				held.put(path, lock);
				return "yes";
			case "release":
				held.remove(path).release();
				return "released";
			case "login":
				curator.getZookeeperClient().getZooKeeper().addAuthInfo("digest", path.getBytes());
				return "sent";
			case "count":
				return count(path, Path.of(words[2]), Integer.parseInt(words[3]));
			case "bench":
				return bench(path, Integer.parseInt(words[2]));
			default:
				throw new IllegalArgumentException(words[0]);
		}
	}

	/** Adds one to the number in a file so many times, each time under the lock, by a read and a later write. */
	private static String count(String path, Path file, int rounds) throws Exception {
		InterProcessSemaphoreMutex lock = new InterProcessSemaphoreMutex(curator, path);
		for (int round = 0; round < rounds; round++) {
			if (!lock.acquire(120, TimeUnit.SECONDS)) throw new IllegalStateException("waited 120 s in vain");
			int number = Integer.parseInt(Files.readString(file).trim());
			Thread.yield();
			Files.writeString(file, (number + 1) + "\n");
			lock.release();
		}
		return "counted";
	}

	/** Microseconds of each lock and unlock of a free lock. */
	private static String bench(String path, int rounds) throws Exception {
		InterProcessSemaphoreMutex lock = new InterProcessSemaphoreMutex(curator, path);
		long[] times = new long[rounds];
		for (int round = 0; round < rounds; round++) {
			long began = System.nanoTime();
			lock.acquire();
			lock.release();
			times[round] = (System.nanoTime() - began) / 1000;
		}
		return Arrays.toString(times);
	}
}
