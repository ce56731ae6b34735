import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { removeTree } from '../../agent/install/remove-tree.ts';
import { instancePortsPerHost, type Addresses } from './addresses.ts';
import { counted } from '../../domain/progress/plain-text.ts';
import { chooseScratch } from './choose-scratch.ts';
import { dataDirectory } from './data-directory.ts';
import { freePort, freePorts } from './free-port.ts';
import { regionNames } from './options.ts';
import { openProcessRegister } from './process-register.ts';
import type { StackShape } from './programs.ts';
import type { Supervision } from './servers.ts';
import { restartSentence } from './restart-sentence.ts';
import { stopHosts } from './stack-hosts.ts';
import { readOrMakeSecrets } from './stack-secrets.ts';
import { startStack, type Stack } from './stack.ts';

export interface TemporaryStackOptions {
  /** What it is for, in the name of its folder. */
  readonly purpose: string;
  readonly regions: number;
  /** Real ones, in each region. */
  readonly hosts: number;
  /** That will be started in regions that come later; their ports are kept. */
  readonly laterHosts?: number;
  readonly say: (line: string) => void;
  /** Once it aborts nothing more is started, and what was is ended: `startTemporaryStack` throws its reason. */
  readonly stop?: AbortSignal;
  /** Makes ready, in a folder that holds nothing yet, what the stack is to be started with. */
  readonly prepare?: (shape: StackShape) => Promise<Preparation>;
}

export interface Preparation extends Pick<Supervision, 'adjust'> {
  /** When every process has ended, before the folder is removed unless it is to be kept. */
  close(options: { readonly keep: boolean }): Promise<void>;
}

/** An embedded stack of its own, with real hosts, in a new temporary folder. */
export interface TemporaryStack {
  readonly shape: StackShape;
  readonly supervision: Supervision;
  readonly stack: Stack;
  /** Ends every process, keepers and instances too, and removes the folder unless it is to be kept. */
  close(options: { readonly keep: boolean }): Promise<void>;
}

const projectRoot = path.resolve(import.meta.dirname, '../..');

/** As a child of this process. What it has begun is ended and removed when it can't start. */
export async function startTemporaryStack(options: TemporaryStackOptions): Promise<TemporaryStack> {
  const folder = await mkdtemp(path.join(tmpdir(), `slipway-${options.purpose}-`));
  await chmod(folder, 0o711); // builds and the database run as others, below it; secrets close themselves
  const shape = await shapeIn(path.join(folder, 'data'), options);
  const { data } = shape;
  const register = await openProcessRegister(data.processes, false);
  const prepared = await options.prepare?.(shape);
  const supervision: Supervision = {
    data,
    register,
    onRestart: (restart) => options.say(restartSentence(restart)),
    ...(prepared?.adjust && { adjust: prepared.adjust }),
    ...(options.stop && { stop: options.stop }),
  };
  const remove = async (keep: boolean): Promise<void> => {
    await stopHosts(data);
    await prepared?.close({ keep });
    await removeTree(shape.scratch);
    if (keep) options.say(`kept: ${data.root}`);
    else await removeTree(folder);
  };
  try {
    options.say(`starting an embedded Slipway for ${counted(shape.regions.length, 'region')}`);
    const stack = await startStack(shape, supervision, () => undefined);
    return {
      shape,
      supervision,
      stack,
      async close({ keep }) {
        await stack.stop();
        await remove(keep);
      },
    };
  } catch (error) {
    await remove(false);
    throw error;
  }
}

async function shapeIn(root: string, options: TemporaryStackOptions): Promise<StackShape> {
  const { regions, hosts } = options;
  const data = dataDirectory(root);
  return {
    projectRoot,
    data,
    addresses: await ownAddresses(options),
    secrets: readOrMakeSecrets(data.secrets),
    regions: regionNames.slice(0, regions),
    hosts,
    scratch: await chooseScratch(data.root),
  };
}

/** None of the usual ports: an `npm start` on this machine has those, and other temporary stacks may start just now. */
async function ownAddresses({ regions, hosts, laterHosts = 0 }: TemporaryStackOptions): Promise<Addresses> {
  const firstInstance = await freePorts((regions * hosts + laterHosts) * instancePortsPerHost);
  const gateways: number[] = [];
  for (let region = 0; region < regions; region++) gateways.push(await freePort());
  const [postgres, temporal, temporalUi, api] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  return { postgres, temporal, temporalUi, api, gateways, firstInstance };
}
