/**
 * Program: the light hosts of one region, in one process. `light-hosts-main.ts <fleet file>`, until SIGTERM. Logs what
 * hosts warn of, one JSON line each.
 */
import { readFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { openLog } from '../../agent/log.ts';
import { hostId, regionName } from '../../domain/names.ts';
import { stopSignal } from '../../infra/stop-signal.ts';
import type { Envelope } from '../../protocol/dsse.ts';
import { verifyRoot } from '../../protocol/root-document.ts';
import { logHeardGoal } from './heard-goals.ts';
import type { Fleet } from './light-hosts.ts';
import { runLightHost } from './light-host.ts';
import { wellAsToldIn } from './partly-well.ts';
import { verifyOnce } from './verify-once.ts';

verifyOnce();
// Hosts have cores of their own: what serves them comes first.
setPriority(10);

const fleet = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as Fleet;
const root = verifyRoot(JSON.parse(readFileSync(fleet.rootFile, 'utf8')) as Envelope);
if (!root.ok) throw new Error(`${fleet.rootFile} ${root.reason}`);
const { keys } = root;
const { localAddress } = fleet;
const signal = stopSignal();
// A signal of its own for each: one that thousands listen to is searched through whenever one of them begins or ends to.
const ends: AbortController[] = [];
signal.addEventListener('abort', () => ends.forEach((end) => end.abort(signal.reason)));
const write = (line: string): void => void process.stdout.write(line);
const log = openLog('warn', `light hosts ${fleet.region}`, write);
const isWell = wellAsToldIn(fleet.partlyWellFile);
const region = regionName(fleet.region);
const gateways = fleet.gateways.map((url) => new URL(url));

const running: Promise<void>[] = [];
for (const [index, { host, ...shown }] of fleet.hosts.entries()) {
  if (signal.aborted) break;
  const verifier = { host: hostId(host), region, keys };
  const end = new AbortController();
  ends.push(end);
  running.push(
    runLightHost({
      verifier,
      gateways,
      first: index % gateways.length,
      localAddress,
      shown,
      log,
      signal: end.signal,
      isWell,
      onGoal: logHeardGoal(write),
    }),
  );
  await delay(fleet.betweenStartsMs);
}
await Promise.all(running);
process.exit();
