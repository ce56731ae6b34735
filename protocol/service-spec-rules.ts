/** Rules between fields of a spec that no single field can see. */
import { recurrenceMistake, type Weekly } from '../domain/calendar/recurrence.ts';
import { ownService } from '../domain/host/own-service.ts';
import { filesVariable } from '../domain/secret/secret-names.ts';
import type { RestartMode, Share } from '../domain/spec/service-spec.ts';
import { shareText } from './quantities.ts';

export interface RuleMistake {
  /** Below the value that the rule is about. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/**
 * Batches are cumulative, so each must be larger than the one before; counts of hosts come before percentages, because
 * which of 50 hosts and 10 % is more depends on the region.
 */
export function batchesMistakes(batches: readonly Share[]): readonly RuleMistake[] {
  for (const [index, share] of batches.entries()) {
    const before = batches[index - 1];
    if (before === undefined) continue;
    if ('percent' in before && 'hosts' in share) {
      return [{ path: [index], message: 'numbers of hosts must stand before percentages' }];
    }
    if (!isLarger(share, before)) {
      return [{ path: [index], message: `must be more than ${shareText(before)}, the batch before it` }];
    }
  }
  const last = batches.at(-1);
  if (last !== undefined && 'percent' in last && last.percent === 100) return [];
  const message = 'a stage that ends below 100% is not supported yet: the last batch must be 100%';
  return [{ path: [batches.length - 1], message }];
}

function isLarger(share: Share, before: Share): boolean {
  if ('hosts' in share && 'hosts' in before) return share.hosts > before.hosts;
  if ('percent' in share && 'percent' in before) return share.percent > before.percent;
  return true;
}

/** In ms. The first check is made at once, so n successes take n - 1 intervals. */
export function healthMistakes(health: WrittenHealth): readonly RuleMistake[] {
  const { startPeriod, interval, healthyAfter, http, tcp, command, process } = health;
  const kinds = [http, tcp, command, process].filter((kind) => kind !== undefined).length;
  if (kinds !== 1) return [{ path: [], message: 'must have exactly one of http, tcp, command and process' }];
  if (startPeriod >= interval * (healthyAfter - 1)) return [];
  const message = 'is too short for healthyAfter checks at this interval: no instance could ever become healthy';
  return [{ path: ['startPeriod'], message }];
}

/** A socket that is listened on takes connections also while there is no instance. */
export function runAndHealthMistakes({
  run,
  health,
}: {
  readonly run: { readonly restart: RestartMode };
  readonly health: { readonly tcp?: true | undefined };
}): readonly RuleMistake[] {
  if (run.restart !== 'socket' || health.tcp === undefined) return [];
  return [{ path: ['health', 'tcp'], message: 'says nothing with run.restart: socket: use http, command or process' }];
}

/** A variable has one source; and the agent itself, whose parent is no keeper, is given nothing. */
export function secretMistakes({
  service,
  run: { env, secrets },
}: {
  readonly service: string;
  readonly run: {
    readonly env: object;
    readonly secrets?: { readonly env?: object | undefined; readonly files?: object | undefined } | undefined;
  };
}): readonly RuleMistake[] {
  if (secrets === undefined) return [];
  if (service === ownService)
    return [{ path: ['run', 'secrets'], message: `can't be given to ${ownService}, which hosts run by themselves` }];
  const twice = Object.keys(secrets.env ?? {}).filter((name) => Object.hasOwn(env, name));
  const ofFiles = secrets.files !== undefined && Object.hasOwn(env, filesVariable);
  return [
    ...twice.map((name) => ({
      path: ['run', 'secrets', 'env', name],
      message: 'stands in run.env, too: leave out one',
    })),
    ...(ofFiles
      ? [{ path: ['run', 'env', filesVariable], message: 'is set by Slipway itself, for run.secrets.files' }]
      : []),
  ];
}

interface WrittenHealth {
  readonly http?: string | undefined;
  readonly tcp?: true | undefined;
  readonly command?: readonly string[] | undefined;
  readonly process?: true | undefined;
  readonly startPeriod: number;
  readonly interval: number;
  readonly healthyAfter: number;
}

/** One that never opens, or never shuts, is no window. */
export function windowMistakes(window: Omit<Weekly, 'every'>): readonly RuleMistake[] {
  const mistake = recurrenceMistake({ every: 'week', ...window });
  return mistake === null ? [] : [{ path: [mistake.field], message: mistake.message }];
}

interface NamedStage {
  readonly name: string;
  readonly regions: readonly string[];
}

/** What one admission can name (`protocol/admission.ts`). */
const maxRegions = 256;

/** A region goes once in a deployment, and a stage is known by its name. */
export function stagesMistakes(stages: readonly NamedStage[]): readonly RuleMistake[] {
  const stageOf = new Map<string, string>();
  const names = new Set<string>();
  const mistakes: RuleMistake[] = [];
  for (const [index, { name, regions }] of stages.entries()) {
    if (names.has(name)) mistakes.push({ path: [index, 'name'], message: `another stage is called ${name}` });
    names.add(name);
    for (const [place, region] of regions.entries()) {
      const other = stageOf.get(region);
      const message = `${region} stands in stage ${other} already: a region goes once in a deployment`;
      if (other !== undefined) mistakes.push({ path: [index, 'regions', place], message });
      stageOf.set(region, name);
    }
  }
  if (stageOf.size > maxRegions) mistakes.push({ path: [], message: `must name at most ${maxRegions} regions in all` });
  return mistakes;
}

interface WrittenHook {
  readonly undo?: string | undefined;
  readonly mayStay: boolean;
  readonly destructive: boolean;
}

/** What needs no undo has none, and only an undo can lose data. */
export function hookMistakes({ undo, mayStay, destructive }: WrittenHook): readonly RuleMistake[] {
  if (mayStay && undo !== undefined)
    return [{ path: ['mayStay'], message: 'says that nothing is to be undone, but there is an undo: leave out one' }];
  if (destructive && undo === undefined)
    return [{ path: ['destructive'], message: 'is about the undo, and there is none' }];
  return [];
}
