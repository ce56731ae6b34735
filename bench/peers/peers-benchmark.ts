import { mkdtempSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Bench, CommonOptions, Measured } from '../frame/run-benchmark.ts';
import { tableLines } from '../frame/table.ts';
import { hostsAlone } from './hosts-alone.ts';
import { firstPayload, withOneAnew, writePayload, type Payload } from './payload.ts';
import type { Cost } from './run-tool.ts';
import { openSlipwaySide } from './slipway-side.ts';
import { startSshHosts } from './ssh-hosts.ts';
import { ansible, pyinfra, type SshTool } from './ssh-tools.ts';

export interface PeersOptions extends CommonOptions {
  readonly hosts: readonly number[];
  /** Folder with the programs of Ansible and pyinfra: `bin` of a Python environment. */
  readonly python: string;
  readonly tools: readonly PeerName[];
}

export const peerNames = ['alone', 'ansible', 'pyinfra', 'slipway'] as const;
export type PeerName = (typeof peerNames)[number];
const bySshOf = { alone: hostsAlone, ansible, pyinfra };

const operations = ['100 MB', 'nothing new', '2 % new', 'rollback'] as const;
type Costs = Readonly<Record<(typeof operations)[number], Cost>>;

/** The same releases to the same number of hosts, by each tool in turn. */
export async function peersBenchmark(bench: Bench, { hosts, python, tools }: PeersOptions): Promise<Measured> {
  const one = firstPayload();
  const payloads = [one, withOneAnew(one)] as const;
  const measured: { readonly hosts: number; readonly tool: string; readonly costs: Costs }[] = [];
  for (const count of hosts) {
    for (const tool of tools) {
      bench.signal.throwIfAborted();
      const { name, costs } =
        tool === 'slipway'
          ? await bySlipway(bench, count, payloads)
          : await bySsh(bySshOf[tool], python, count, payloads);
      const row = { hosts: count, tool: name, costs };
      measured.push(row);
      for (const line of linesOf([row])) bench.say(line);
    }
  }
  return { ok: true, measured };
}

interface ByTool {
  readonly name: string;
  readonly costs: Costs;
}

type Payloads = readonly [Payload, Payload];

async function bySlipway(bench: Bench, count: number, payloads: Payloads): Promise<ByTool> {
  const costs = await bench.onStack({ regions: 1, hosts: count }, async (stack) => {
    const side = await openSlipwaySide(bench, stack);
    return {
      '100 MB': await side.deploy(payloads[0]),
      'nothing new': await side.again(),
      '2 % new': await side.deploy(payloads[1]),
      rollback: await side.rollback(),
    };
  });
  return { name: 'Slipway', costs };
}

async function bySsh(openTool: typeof ansible, python: string, count: number, payloads: Payloads): Promise<ByTool> {
  const folder = mkdtempSync('/var/tmp/slipway-peers-');
  const sources = payloads.map((payload, index) => {
    const source = path.join(folder, `release-${index + 1}`);
    writePayload(source, payload);
    return source;
  });
  const machines = await startSshHosts(path.join(folder, 'hosts'), count);
  try {
    const work = path.join(folder, 'work');
    mkdirSync(work);
    const tool: SshTool = openTool(work, python, machines);
    const costs = {
      '100 MB': await tool.deploy('one', sources[0]!, 'none'),
      'nothing new': await tool.deploy('one', sources[0]!, 'none'),
      '2 % new': await tool.deploy('two', sources[1]!, 'one'),
      rollback: await tool.deploy('one', null, 'two'),
    };
    return { name: tool.name, costs };
  } finally {
    await machines.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function linesOf(measured: readonly { readonly hosts: number; readonly tool: string; readonly costs: Costs }[]) {
  const cell = ({ wallMs, cpuMs, sentBytes }: Cost): string =>
    `${(wallMs / 1_000).toFixed(2)} s / ${(cpuMs / 1_000).toFixed(2)} s / ${(sentBytes / 1e6).toFixed(1)} MB`;
  const rows = measured.map(({ hosts, tool, costs }) => [
    `${tool}, ${hosts} hosts`,
    ...operations.map((operation) => cell(costs[operation])),
  ]);
  return tableLines(['wall / CPU of the controller / sent', ...operations], rows);
}
