import { Gauge, type Registry } from 'prom-client';
import { deploymentStates, isOutcome } from '../../../domain/states.ts';
import type { RegionName } from '../../../domain/names.ts';
import type { CentralFigures } from './central-figures.ts';

/** Read when they are asked for. While the database is away they are left out: an old number would look like a new one. */
export function addDatabaseGauges(registry: Registry, figures: CentralFigures): void {
  addPlain(registry, shared(figures.readInbox.bind(figures)), {
    slipway_inbox_depth: ['depth', 'Accepted merges that no lane has yet'],
    slipway_inbox_oldest_seconds: ['oldestSeconds', 'Age of the oldest merge that no lane has yet'],
  });
  addPlain(registry, shared(figures.countNeedingSomeone.bind(figures)), {
    slipway_held_deployments: [
      'held',
      'Deployments that go on only when a person decides: on hold, or in an undo that waits without end',
    ],
    slipway_lanes_locked_by_slipway: ['locked', 'Lanes that Slipway locked by itself, after an undo'],
    slipway_lanes_not_undone: [
      'notUndone',
      'Locked lanes whose last deployment left something that could not be undone',
    ],
  });
  addOpenDeployments(registry, figures);
  addObligations(registry, shared(figures.readObligations.bind(figures)));
  addByRegion(
    registry,
    'slipway_left_hosts',
    'Hosts that run what was undone, or may, or cannot run the release before',
    figures.countLeftHosts.bind(figures),
  );
  addByRegion(
    registry,
    'slipway_drifted_hosts',
    'Hosts whose installed tree is not what was signed',
    figures.countDriftedHosts.bind(figures),
  );
}

/** Only of regions that have any. */
function addByRegion(
  registry: Registry,
  name: string,
  help: string,
  read: () => Promise<ReadonlyMap<RegionName, number>>,
): void {
  const gauge = new Gauge({
    name,
    help,
    labelNames: ['region'],
    registers: [registry],
    async collect() {
      const counted = await read().catch(() => new Map<RegionName, number>());
      gauge.reset();
      for (const [region, count] of counted) gauge.set({ region }, count);
    },
  });
}

/** All gauges of a scrape are collected at once: those of one query share its answer. */
function shared<Answer>(read: () => Promise<Answer>): () => Promise<Answer> {
  let running: Promise<Answer> | null = null;
  return () => (running ??= read().finally(() => (running = null)));
}

function addPlain<Field extends string>(
  registry: Registry,
  read: () => Promise<Readonly<Record<Field, number>>>,
  gauges: Readonly<Record<string, readonly [field: Field, help: string]>>,
): void {
  for (const [name, [field, help]] of Object.entries(gauges)) {
    void new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        const figures = await read().catch(() => null);
        if (figures === null) this.remove();
        else this.set(figures[field]);
      },
    });
  }
}

function addOpenDeployments(registry: Registry, figures: CentralFigures): void {
  const open = deploymentStates.filter((state) => !isOutcome(state));
  const gauge = new Gauge({
    name: 'slipway_open_deployments',
    help: 'Deployments that have not ended, by state',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      const counts = await figures.countOpenDeployments().catch(() => null);
      if (counts === null) gauge.reset();
      else for (const state of open) gauge.set({ state }, counts.get(state) ?? 0);
    },
  });
}

/** Only of regions that owe something: what is settled is gone from the next answer on. */
function addObligations(registry: Registry, read: CentralFigures['readObligations']): void {
  const of = (name: string, help: string, field: 'count' | 'oldestSeconds'): void => {
    const gauge = new Gauge({
      name,
      help,
      labelNames: ['region', 'kind'],
      registers: [registry],
      async collect() {
        const owed = await read().catch(() => []);
        gauge.reset();
        for (const each of owed) gauge.set({ region: each.region, kind: each.kind }, each[field]);
      },
    });
  };
  of('slipway_obligations', 'What regions still have to do for deployments', 'count');
  of('slipway_obligation_oldest_seconds', 'Age of the oldest of them', 'oldestSeconds');
}
