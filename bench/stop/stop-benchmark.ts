import path from 'node:path';
import type { Bench, CommonOptions, Measured } from '../frame/run-benchmark.ts';
import { tableLines } from '../frame/table.ts';
import { startLightHosts } from '../hosts/light-hosts.ts';
import { addService } from '../service/add-service.ts';
import { deployGood } from '../service/deploy-merge.ts';
import { serviceFiles, type BenchService } from '../service/service-files.ts';
import type { BenchStack } from '../stack/bench-stack.ts';
import { measureAbort, type AbortFigures } from './measure-abort.ts';
import { measureBadWave, type BadWaveFigures } from './measure-bad-wave.ts';
import type { RegionTold } from './undo-told.ts';

export interface StopOptions extends CommonOptions {
  readonly regions: number;
  /** Light ones, in each region. */
  readonly hosts: number;
}

/** docs/design.md: a stop is heard, and a bad wave is stopped, within this. */
const aimMs = 5_000;

/** How soon hosts are kept from a release: after a person's abort, and after the reports of a wave that goes bad. */
export const stopBenchmark = (bench: Bench, { regions, hosts }: StopOptions): Promise<Measured> =>
  bench.onStack({ regions, hosts: 0 }, async (stack) => {
    const { wave, abort } = await measureStops(bench, stack, hosts);
    show(bench, wave, abort);
    const held = wave.stoppedMs <= aimMs && abort.lastHostToldMs <= aimMs;
    return { ok: held && wave.outcome === 'undone' && abort.outcome === 'undone', wave, abort };
  });

async function measureStops(bench: Bench, stack: BenchStack, hosts: number) {
  const { say, signal } = bench;
  const { regions, data } = stack.shape;
  say(`starting ${hosts} light hosts a region`);
  await Promise.all(regions.map((region) => startLightHosts(stack, region, hosts, signal)));
  const spec: BenchService = {
    service: 'fleet',
    regions,
    batches: [1, '50%', '100%'],
    approve: true,
    lockAfter: false,
  };
  const { git, repository, merge } = await addService(stack, spec, path.join(data.root, 'repository'));
  await deployGood(stack, { repository, merge }, signal);
  say('  a good release runs everywhere');
  const bad = await git.commit('Break under load', { 'NOTES.md': 'bad' });
  const wave = await measureBadWave(bench, stack, { repository, merge: bad });
  const baking = await git.commit('Bake for long', { ...serviceFiles({ ...spec, bake: '30m' }), 'NOTES.md': 'good' });
  return { wave, abort: await measureAbort(bench, stack, { repository, merge: baking }, hosts) };
}

function show({ say }: Bench, wave: BadWaveFigures, abort: AbortFigures): void {
  const head = ['ms', 'undo written', 'first host told', 'last host told', 'hosts'];
  const cells = ({ region, goalWrittenMs, firstHostToldMs, lastHostToldMs, hostsTold }: RegionTold) =>
    [region, goalWrittenMs, firstHostToldMs, lastHostToldMs, hostsTold] as const;
  say(`\na bad wave, since the report that broke the budget in ${wave.region}`);
  for (const line of tableLines(head, wave.regions.map(cells))) say(line);
  say(`${wave.failuresAtUndo} failures when the undo was written, of ${wave.hostsTold} hosts told; ${wave.reason}`);
  say(`\nabort, since its answer (after ${Math.round(abort.answeredInMs)} ms)`);
  for (const line of tableLines(head, abort.regions.map(cells))) say(line);
}
