/** What a turn takes on the machine on which the limits of time were set, ms; on the same machine it took 35 to 60 on another day. */
const quietMs = 20;
const turns = 5;
const hosts = Array.from({ length: 20_000 }, (_, number) => ({
  host: `host-${number}`,
  labels: { role: 'web', zone: `z${number % 7}` },
  services: [{ service: 'checkout', running: `sha256:${number}`, health: 'healthy' }],
}));

/**
 * How many times longer than on a quiet machine things take here at this moment, ≥ 1, by the clock: what else runs counts, as
 * do others with whom the machine shares its caches. A limit of time is multiplied by it, so that a test says what is wrong
 * with the code and not what is wrong with the machine. By work on memory: on a day on which JavaScript was two to four times
 * slower, hashing, which stays in a core, was not.
 */
export function slowness(): number {
  const startedAt = performance.now();
  for (let turn = 0; turn < turns; turn++) {
    const read = JSON.parse(JSON.stringify(hosts)) as typeof hosts;
    if (new Map(read.map((each) => [each.host, each])).size !== hosts.length) throw new Error('hosts were lost');
  }
  return Math.max(1, (performance.now() - startedAt) / (turns * quietMs));
}
