import { quorumText } from '../domain/plan/policy-text.ts';
import { counted, digits, named } from '../domain/progress/plain-text.ts';
import type { DeploymentPlan } from '../protocol/api/plan.ts';
import { durationText } from '../protocol/quantities.ts';

type Plan = Pick<DeploymentPlan, 'service' | 'from'>;
type Stage = DeploymentPlan['stages'][number];
type StageRegion = Stage['regions'][number];

/**
 * `1 canary`, `eu-west, 4 hosts: batches of 1, 2, 4 hosts in all (1, 50%, 100%), bake 2m`. Where regions differ, a line
 * below for each.
 */
export function stageCells(plan: Plan, stage: Stage, index: number): string[][] {
  const { name, regions, batches, bakeMs, approve } = stage;
  const sizes = [...new Set(regions.map(sizesOf))];
  const isAlike = sizes.length === 1;
  const hosts = isAlike && sizes[0] !== null ? `batches of ${sizes[0]} (${batches.join(', ')})` : batches.join(', ');
  const each = isAlike && sizes[0] !== null && regions.length > 1 ? ' in each' : '';
  const bake = bakeMs === 0 ? '' : `, bake ${durationText(bakeMs)}`;
  const asked = approve === undefined ? '' : `, after ${quorumText(approve)}`;
  const where = regions.length === 1 ? regions[0]!.region : counted(regions.length, 'region');
  return [
    [`${index + 1} ${name}`, `${where}, ${hostsText(plan, regions)}: ${hosts}${each}${bake}${asked}`],
    ...(isAlike ? [] : regions.map((region) => ['', regionText(region)])),
  ];
}

/** `1, 2, 4 hosts in all`; `null` where hosts are not known, or the api is of the version before. */
function sizesOf({ batches }: StageRegion): string | null {
  if (batches === undefined) return null;
  return `${batches
    .slice(0, -1)
    .map(digits)
    .concat(counted(batches.at(-1) ?? 0, 'host'))
    .join(', ')} in all`;
}

function regionText(region: StageRegion): string {
  const sizes = sizesOf(region);
  if (region.hosts === null) return `${region.region}: hosts not known`;
  return `${region.region}, ${countText([region])}${sizes === null ? '' : `: batches of ${sizes}`}`;
}

function hostsText({ service, from }: Plan, regions: readonly StageRegion[]): string {
  const unknown = regions.filter(({ hosts }) => hosts === null).map(({ region }) => region);
  if (unknown.length === 0) return countText(regions);
  if (unknown.length < regions.length)
    return `${countText(regions)}, those in ${named(unknown)} not known (no release of ${service} has run there)`;
  return `hosts not known (no release of ${service} has run ${from === null ? 'yet' : 'there'})`;
}

/** `4 hosts, 1 of them absent` */
function countText(regions: readonly StageRegion[]): string {
  const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
  const absent = sum(regions.map((each) => each.absent ?? 0));
  const hosts = counted(sum(regions.map((each) => each.hosts ?? 0)), 'host');
  return `${hosts}${absent === 0 ? '' : `, ${digits(absent)} of them absent`}`;
}
