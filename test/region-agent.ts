import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { openAgentDirectory, type AgentDirectory } from '../agent/agent-directory.ts';
import { until } from '../agent/testing/test-agent.ts';
import type { HostId } from '../domain/names.ts';
import { freePort } from '../infra/local/free-port.ts';
import { createEnrolmentToken } from '../infra/postgres/region/enrolment-tokens.ts';
import { HostRecord } from '../infra/postgres/region/entities/hosts.ts';
import { region, type GoalRegion } from './goal-region.ts';
import { patienceMs } from './patience.ts';
import { programEnvironment } from './program-environment.ts';
import { startProgram, type StartedProgram } from './started-program.ts';

/** A host of a region with a database, whose agent is a program that is started as in earnest. */
export interface RegionAgent {
  readonly host: HostId;
  readonly directory: AgentDirectory;
  start(environment?: Readonly<Record<string, string>>): void;
  end(signal: NodeJS.Signals): Promise<void>;
  /** All that it has logged since it was started last. */
  said(): readonly string[];
  untilSays(text: string, waitMs?: number): Promise<void>;
  /** Until the region has taken a report that it had not when this was called. */
  untilHeard(): Promise<void>;
  /** What `slipway-agent <args>` prints on this host. */
  command(...args: string[]): Promise<string>;
  /** Which release the instance says that it is; `null` when none answers. */
  running(): Promise<string | null>;
  /** A new token with the host's name, in the place of the one before. */
  giveToken(): Promise<void>;
}

export interface RegionAgentPlace {
  readonly goals: GoalRegion;
  readonly host: HostId;
  /** Is made. */
  readonly folder: string;
  readonly rootFile: string;
  readonly gateways: readonly string[];
  /** Whose disk this one is a copy of. */
  readonly from?: AgentDirectory;
}

const commandMain = path.resolve(import.meta.dirname, '../agent/slipway-agent.ts');

export async function openRegionAgent(place: RegionAgentPlace): Promise<RegionAgent> {
  const { goals, host, folder, rootFile, gateways, from } = place;
  await mkdir(folder);
  const own = path.join(folder, 'agent');
  if (from !== undefined) await promisify(execFile)('cp', ['-a', from.root, own]);
  const directory = openAgentDirectory(own);
  const [token, port] = [path.join(folder, 'token'), await freePort()];
  const settings = {
    SLIPWAY_PROGRAM: `agent-${host}`,
    SLIPWAY_HOST: host,
    SLIPWAY_REGION: region,
    SLIPWAY_GATEWAY_URL: gateways.join(','),
    SLIPWAY_ROOT_FILE: rootFile,
    SLIPWAY_ENROLMENT_TOKEN_FILE: token,
    SLIPWAY_AGENT_DIRECTORY: directory.root,
    SLIPWAY_INSTANCE_PORTS: `${port}-${port}`,
    SLIPWAY_RESERVE_BYTES: '1048576',
  };
  let program: StartedProgram | undefined;
  const said = (): readonly string[] => program?.lines ?? [];
  const sequence = async (): Promise<number> =>
    (await goals.database.em.fork().findOne(HostRecord, host))?.reportSequence ?? 0;
  return {
    host,
    directory,
    start: (environment = {}) => void (program = startProgram('agent/main.ts', { ...settings, ...environment })),
    end: async (signal) => void (await program?.end(signal)),
    said,
    untilSays: (text, waitMs = patienceMs) =>
      until(
        () => said().some((line) => line.includes(text)),
        () => `${text} is not said\n${said().join('\n')}`,
        waitMs,
      ),
    async untilHeard() {
      const before = await sequence();
      await until(
        async () => (await sequence()) > before,
        () => `it is not heard\n${said().join('\n')}`,
        patienceMs,
      );
    },
    async command(...args) {
      const argv = ['--disable-warning=ExperimentalWarning', commandMain, ...args];
      const env = { ...programEnvironment, ...settings };
      return (await promisify(execFile)(process.execPath, argv, { env })).stdout;
    },
    running: () =>
      fetch(`http://127.0.0.1:${port}/release`).then(
        (response) => response.text(),
        () => null,
      ),
    async giveToken() {
      const wanted = { region, labels: { role: 'web' }, host, createdBy: 'mo' };
      await writeFile(token, await createEnrolmentToken(goals.database, wanted));
    },
  };
}
