import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ProcessIdentity } from '../../../domain/host/service-state.ts';
import type { Digest, ServiceName } from '../../../domain/names.ts';
import { openAgentDirectory } from '../../agent-directory.ts';
import { keeperCommand } from '../../keeper/keeper-command.ts';
import { askKeeper, KeeperError } from '../../keeper/keeper-connection.ts';
import { keeperPlaces, type KeeperPlace } from '../../keeper/keeper-place.ts';
import type { KeeperAnswer, KeeperRequest } from '../../keeper/keeper-status.ts';
import { findMarked } from '../../process-identity.ts';
import { stopHost } from '../../stop-host.ts';

const disturbance = `file://${path.join(import.meta.dirname, 'disturb-keeper.mjs')}`;
const answerTimeoutMs = 5_000;

/** A service with its keeper, and no agent. */
export interface KeptService {
  readonly place: KeeperPlace;
  /** A keeper of which something is done at one of its operations, as disturb-keeper.mjs says. */
  startDisturbed(what: string): ChildProcess;
  /** Null when no keeper answered. */
  start(id: string): Promise<KeeperAnswer | null>;
  stop(): Promise<KeeperAnswer | null>;
  /** Processes of its instances, whoever started them. */
  running(): readonly ProcessIdentity[];
  /** What a keeper with `trace:…` did. */
  trace(): readonly string[];
  readonly traceFile: string;
  close(): Promise<void>;
}

export function openKeptService(): KeptService {
  const folder = mkdtempSync(path.join(tmpdir(), 'slipway-kept-'));
  const [place] = keeperPlaces(openAgentDirectory(folder), 'checkout' as ServiceName);
  for (const each of [place.keeper, place.logs]) mkdirSync(each, { recursive: true, mode: 0o700 });
  const ask = (request: KeeperRequest): Promise<KeeperAnswer | null> =>
    askKeeper(place.keeper, request, answerTimeoutMs).catch((error: unknown) => {
      if (error instanceof KeeperError) return null;
      throw error;
    });
  const traceFile = path.join(folder, 'trace');
  return {
    place,
    traceFile,
    startDisturbed: (what) => startDisturbed(place, what),
    start: (id) => ask(startOf(`${place.prefix}${id}`)),
    stop: () => ask({ do: 'stop', timeoutMs: 500 }),
    running: () => findMarked('SLIPWAY_INSTANCE', place.prefix),
    trace: () => readFileSync(traceFile, 'utf8').trim().split('\n'),
    async close() {
      await stopHost(folder, 500);
      rmSync(folder, { recursive: true });
    },
  };
}

function startDisturbed({ keeper, logs, name, prefix }: KeeperPlace, what: string): ChildProcess {
  const config = {
    protocol: 1,
    directory: keeper,
    logDirectory: logs,
    lock: `slipway-keeper:${name}`,
    prefix,
    socketPort: null,
    logFileBytes: 1_000_000,
    logFiles: 2,
    reserveBytes: 0,
  };
  return spawn(process.execPath, ['--import', `${disturbance}?${what}`, ...keeperCommand, JSON.stringify(config)], {
    detached: true,
    stdio: 'ignore',
    cwd: '/',
    env: { PATH: process.env['PATH'], SLIPWAY_KEEPER: name },
  });
}

const startOf = (id: string): KeeperRequest => ({
  do: 'start',
  id,
  release: 'sha256:1' as Digest,
  port: 1,
  // One that writes, stays, and is never another program in between.
  argv: ['tail', '-n', '1', '-f', import.meta.filename],
  cwd: '/',
  env: { PATH: process.env['PATH']! },
});
