/**
 * Program: the hosts of one run, in one process. `run-hosts-main.ts <fleet file>`, until SIGTERM. Writes what each really
 * does, one JSON line each time it changes; and what hosts warn of.
 */
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { openLog } from '../../../agent/log.ts';
import { regionName, serviceName } from '../../../domain/names.ts';
import { stopSignal } from '../../../infra/stop-signal.ts';
import type { Envelope } from '../../../protocol/dsse.ts';
import { verifyRoot } from '../../../protocol/root-document.ts';
import { openCourse } from './course.ts';
import { runHost } from './run-host.ts';
import type { RunFleet } from './run-fleet-file.ts';

const betweenStartsMs = 2;
const lookEveryMs = 100;

const fleet = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as RunFleet;
const root = verifyRoot(JSON.parse(readFileSync(fleet.rootFile, 'utf8')) as Envelope);
if (!root.ok) throw new Error(`${fleet.rootFile} ${root.reason}`);
const signal = stopSignal();
const write = (line: string): void => void process.stdout.write(line);
const course = openCourse();
const shared = {
  service: serviceName(fleet.service),
  region: regionName(fleet.region),
  keys: root.keys,
  gateway: new URL(fleet.gateway),
  localAddress: fleet.localAddress,
  course,
  write,
  log: openLog('error', `hosts of ${fleet.service}`, write),
  signal,
};

const running: Promise<void>[] = [watchEnd()];
for (const host of fleet.hosts) {
  if (signal.aborted) break;
  running.push(runHost(shared, host));
  await delay(betweenStartsMs);
}
await Promise.all(running);
process.exit();

async function watchEnd(): Promise<void> {
  while (!signal.aborted && !existsSync(fleet.endFile)) await delay(lookEveryMs);
  course.end();
}
