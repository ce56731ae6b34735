import { mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RegionName } from '../../../domain/names.ts';
import type { AgentConfig } from '../../agent-config.ts';
import { openLog } from '../../log.ts';
import { checkout, testHost, testRegion, type TestRegion } from '../test-region.ts';
import { copyTree, makeRemovable } from './copy-tree.ts';
import { writeImage, type Image } from './disk-image.ts';
import { readHost, type HostOnDisk } from './host-on-disk.ts';
import type { FileOperation } from './file-operation.ts';
import type { PortBlock } from './port-block.ts';
import { agent, type Program, type RunningProgram } from './programs.ts';
import type { StandInKeeper, Started } from './stand-in-keeper.ts';
import type { Plan, WatchedFolder } from './watched-folder.ts';
import type { WatchedFolders } from './watched-folders.ts';

/** How long nothing may happen, and how long all may take, on a machine that does much else. */
const patienceMs = 60_000;
const longestMs = 240_000;
/** What is shown of a log. */
const lastChars = 4_000;
const lookEveryMs = 10;

export type Ending = 'settled' | 'killed' | { readonly ended: string };

export type Settled = (host: SiteHost, watched: WatchedFolder) => boolean;

export interface Run {
  readonly ending: Ending;
  readonly watched: WatchedFolder;
}

/** What a program did in a host's folder, and where it found that. */
export interface Ran {
  readonly root: string;
  readonly operations: readonly FileOperation[];
}

export interface RunOptions {
  /** Whether there is a gateway. */
  readonly online?: boolean;
  /** How long it goes on after that. */
  readonly restMs?: number;
  readonly program?: Program;
}

/** A host's folder and keeper, and its agents one after the other. */
export class SiteHost {
  readonly keeper: StandInKeeper;
  readonly #id: string;
  readonly #parent: string;
  readonly #folders: WatchedFolders;
  readonly #region: TestRegion;
  readonly #ports: PortBlock;
  readonly ran: Ran[] = [];
  #agents = 0;
  #port = 0;
  output = '';
  /** Between two looks at the installed trees. */
  treeLookMs = 3_600_000;

  constructor(
    id: string,
    parent: string,
    folders: WatchedFolders,
    region: TestRegion,
    ports: PortBlock,
    keeper: StandInKeeper,
  ) {
    this.keeper = keeper;
    this.#id = id;
    this.#parent = parent;
    this.#folders = folders;
    this.#region = region;
    this.#ports = ports;
  }

  get root(): string {
    return path.join(this.#parent, `${this.#id}.${this.#agents}`);
  }

  /** Where the next agent will find it. */
  get nextRoot(): string {
    return path.join(this.#parent, `${this.#id}.${this.#agents + 1}`);
  }

  get disk(): HostOnDisk {
    return readHost(this.root);
  }

  /** An empty host, or one like `other`, with an instance like the one that runs there. */
  async prepare(other: SiteHost | null, running = true): Promise<void> {
    this.#port = this.#ports.take();
    mkdirSync(this.root, { mode: 0o700 });
    if (other !== null) copyTree(other.root, this.root);
    this.enrol();
    await this.keeper.listen(path.join(this.root, 'services', checkout, 'keeper'));
    const kept = running ? (other?.keeper.running ?? null) : null;
    if (kept !== null) await this.#takeOver(kept, other!.root, kept.instance.id);
  }

  /** What a loss of power has left: nothing runs. */
  async prepareFrom(image: Image): Promise<void> {
    this.#port = this.#ports.take();
    mkdirSync(this.root, { mode: 0o700 });
    writeImage(image, this.root);
    await this.keeper.listen(path.join(this.root, 'services', checkout, 'keeper'));
  }

  /** Gives it an identity, where it has none that can be read. */
  enrol(): void {
    if (['host.json', 'former.json'].some((name) => isJson(path.join(identityIn(this.root), name)))) return;
    mkdirSync(identityIn(this.root), { recursive: true, mode: 0o700 });
    copyTree(identityIn(this.#parent), identityIn(this.root));
  }

  async #takeOver(started: Started, otherRoot: string, id: string): Promise<void> {
    const cwd = started.cwd.replace(otherRoot, this.root);
    await this.keeper.takeOver({ ...started, cwd }, { id, port: this.#port });
  }

  /**
   * Runs a program until `settled` holds, or it is killed or ends by itself; after that nothing of it has any effect.
   * Each finds the folder under another name: an agent's lock goes with its process, which here lives on.
   */
  async run(
    plan: Plan,
    settled: Settled,
    { online = true, restMs = 0, program = agent }: RunOptions = {},
  ): Promise<Run> {
    const before = this.root;
    this.#agents += 1;
    renameSync(before, this.root);
    const watched = this.#folders.watch(path.basename(this.root), plan);
    this.ran.push({ root: this.root, operations: watched.operations });
    let ended: string | null = null;
    const end = (error: unknown): void => {
      ended ??= String(error);
      watched.kill();
    };
    let running: RunningProgram | null = null;
    const log = openLog('debug', 'agent', (line) => (this.output += line));
    const starting = program(this.#config(online), log, end).then((started) => void (running = started), end);
    const ending = await this.#until(
      () => settled(this, watched),
      watched,
      () => ended,
    );
    if (restMs > 0) await delay(restMs);
    watched.kill();
    await watched.still();
    void starting.then(() => running?.stop());
    watched.bury();
    return { ending, watched };
  }

  async destroy(): Promise<void> {
    await this.keeper.end();
    this.#ports.giveBack(this.#port);
    makeRemovable(this.root);
    rmSync(this.root, { recursive: true });
  }

  async #until(holds: () => boolean, watched: WatchedFolder, ended: () => string | null): Promise<Ending> {
    let killed = false;
    let looked = -1;
    void watched.killed.then(() => (killed = true));
    let deadline = Date.now() + patienceMs;
    for (const last = Date.now() + longestMs; Date.now() < Math.min(last, deadline); await delay(lookEveryMs)) {
      const reason = ended();
      if (reason !== null && watched.plan.do !== 'kill') return { ended: reason };
      if (killed) return 'killed';
      // Looking costs more than all else here, with many hosts at once.
      const changes = watched.operations.length + this.keeper.changes + this.output.length;
      if (changes === looked) continue;
      looked = changes;
      deadline = Date.now() + patienceMs;
      if (holds()) return 'settled';
    }
    throw new Error(`waited in vain with ${JSON.stringify(watched.plan)}\n${this.output.slice(-lastChars)}`);
  }

  #config(online: boolean): AgentConfig {
    return {
      host: testHost,
      region: testRegion as RegionName,
      gateways: [new URL(online ? this.#region.gateway.url : 'https://127.0.0.1:9')],
      enrolmentTokenFile: undefined,
      machineIdFile: '/etc/machine-id',
      cgroup: null,
      memoryFolder: '/dev/shm',
      rootFile: path.join(this.#parent, 'root.json'),
      directory: this.root,
      ports: { first: this.#port, last: this.#port },
      reserveBytes: 0,
      treeLookMs: this.treeLookMs,
      logLevel: 'debug',
    };
  }
}

function isJson(file: string): boolean {
  try {
    JSON.parse(readFileSync(file, 'utf8'));
    return true;
  } catch {
    return false;
  }
}

export const identityIn = (folder: string): string => path.join(folder, 'identity');
