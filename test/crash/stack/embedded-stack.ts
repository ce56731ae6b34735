import { randomInt } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { removeTree } from '../../../agent/install/remove-tree.ts';
import { instancePortsPerHost, type Addresses } from '../../../infra/local/addresses.ts';
import { chooseScratch } from '../../../infra/local/choose-scratch.ts';
import { dataDirectory } from '../../../infra/local/data-directory.ts';
import { freePort } from '../../../infra/local/free-port.ts';
import { regionNames } from '../../../infra/local/options.ts';
import { openProcessRegister } from '../../../infra/local/process-register.ts';
import type { StackShape } from '../../../infra/local/programs.ts';
import { stopHosts } from '../../../infra/local/stack-hosts.ts';
import { readOrMakeSecrets } from '../../../infra/local/stack-secrets.ts';
import { startStack } from '../../../infra/local/stack.ts';
import { openRunningStack, type RunningStack } from './running-stack.ts';

export interface EmbeddedStack {
  readonly running: RunningStack;
  /** Programs that ended, for whatever reason, and were started again. */
  restarts(): number;
  /** Ends every process, keepers and instances too, and removes the folder unless it is to be kept. */
  close(options: { readonly keep: boolean }): Promise<void>;
}

export interface EmbeddedStackOptions {
  readonly regions: number;
  /** In each region. */
  readonly hosts: number;
  readonly say: (line: string) => void;
}

const projectRoot = path.resolve(import.meta.dirname, '../../..');

/** A stack of its own as a child of this process, in a new temporary folder. */
export async function startEmbeddedStack({ regions, hosts, say }: EmbeddedStackOptions): Promise<EmbeddedStack> {
  const folder = await mkdtemp(path.join(tmpdir(), 'slipway-crash-'));
  const data = dataDirectory(path.join(folder, 'data'));
  const register = await openProcessRegister(data.processes, false);
  const shape: StackShape = {
    projectRoot,
    data,
    addresses: await ownAddresses(regions, hosts),
    secrets: readOrMakeSecrets(data.secrets),
    regions: regionNames.slice(0, regions),
    hosts,
    scratch: await chooseScratch(data.root),
  };
  const stack = await startStack(shape, { data, register, onRestart: say }, say);
  return {
    running: openRunningStack(data.root),
    restarts: () => stack.processes.reduce((sum, each) => sum + each.restarts(), 0),
    async close({ keep }) {
      await stack.stop();
      await stopHosts(data);
      await removeTree(shape.scratch);
      if (keep) say(`kept: ${data.root}`);
      else await removeTree(folder);
    },
  };
}

/** Ports far from the usual ones: other stacks may be starting on this machine at the same time. */
async function ownAddresses(regions: number, hosts: number): Promise<Addresses> {
  const instancePorts = regions * hosts * instancePortsPerHost;
  const firstInstance = randomInt(10_000, 32_000 - instancePorts);
  const taken = new Set(Array.from({ length: instancePorts }, (_, index) => firstInstance + index));
  const choose = async (): Promise<number> => {
    for (let port = await freePort(); ; port = await freePort()) {
      if (taken.has(port)) continue;
      taken.add(port);
      return port;
    }
  };
  const gateways: number[] = [];
  for (let region = 0; region < regions; region++) gateways.push(await choose());
  const [postgres, temporal, temporalUi, api] = [await choose(), await choose(), await choose(), await choose()];
  return { postgres, temporal, temporalUi, api, gateways, firstInstance };
}
