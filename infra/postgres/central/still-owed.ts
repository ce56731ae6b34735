import type { FinishDeploymentInput, Obligation, Settlement } from '../../../activities/deployment-record/contract.ts';
import type { RegionName } from '../../../domain/names.ts';
import type { EntityManager } from '../connect.ts';
import type { AuditEntry } from './audit-log.ts';
import { Audit, ObligationRow, ServiceRegion } from './entities.ts';
import { deploymentName } from './object-names.ts';
import { recordObligation } from './obligations.ts';

export interface StillOwed {
  /** Of those that a deployment ends with as pending, the ones that owe something still. */
  readonly pending: RegionName[];
  /** Those that have done it meanwhile. */
  readonly done: readonly RegionName[];
  readonly audit: readonly AuditEntry[];
}

/**
 * Reconcile doesn't wait for the deployment's end, so what a region owed may be settled already: then the audit says how.
 * One of which it says nothing was never written down, and nobody would tell the region: it is written down now.
 */
export async function stillOwed(em: EntityManager, end: FinishDeploymentInput): Promise<StillOwed> {
  const { service, deployment } = end;
  const owed = await em.find(ObligationRow, { service, deployment, region: { $in: [...end.pending] } });
  const settled = await settlements(em, end);
  const isOwed = (region: RegionName): boolean => owed.some((row) => row.region === region);
  const unrecorded = end.pending.filter((region) => !isOwed(region) && !settled.has(region));
  const audit: AuditEntry[] = [];
  for (const region of unrecorded) audit.push(...(await owe(em, end, region)));
  return {
    pending: end.pending.filter((region) => isOwed(region) || unrecorded.includes(region)),
    // Overtaken, it is at a later deployment: what this one brought is not what runs there.
    done: end.pending.filter((region) => !isOwed(region) && ['applied', 'undone'].includes(settled.get(region) ?? '')),
    audit,
  };
}

/** How the obligation that each region ends with was settled, the last word of each: a hold says nothing of an undo. */
async function settlements(
  em: EntityManager,
  end: FinishDeploymentInput,
): Promise<ReadonlyMap<RegionName, Settlement>> {
  const { service, deployment } = end;
  const object = deploymentName(service, deployment);
  const records = await em.find(Audit, { object, verb: 'obligation-settled' }, { orderBy: { sequence: 'asc' } });
  const details = records.map(
    ({ detail }) => detail as Pick<Obligation, 'region' | 'kind'> & { readonly settlement: Settlement },
  );
  const ofEnd = details.filter(({ region, kind }) => kind === kindAtEnd(end, region));
  return new Map(ofEnd.map(({ region, settlement }) => [region, settlement]));
}

const kindOf = { undone: 'undo', succeeded: 'finish', held: 'hold', skipped: 'hold', unresolved: 'undo' } as const;

const kindAtEnd = ({ regions }: FinishDeploymentInput, of: RegionName): Obligation['kind'] =>
  kindOf[regions.find(({ region }) => region === of)?.outcome ?? 'unresolved'];

/** From what the centre wrote down before the region heard anything. */
async function owe(em: EntityManager, end: FinishDeploymentInput, region: RegionName): Promise<readonly AuditEntry[]> {
  const { service, deployment } = end;
  const known = await em.findOne(ServiceRegion, { service, region });
  const attempt = known?.intent.attempt.deployment === deployment ? known.intent.attempt : { deployment, local: 0 };
  const generation = known?.centreGeneration ?? 0;
  const reason = 'it was not written down that the region owes this';
  const place = { service, deployment, region, kind: kindAtEnd(end, region), attempt };
  const obligation = { ...place, generation: generation as never, controlRevision: end.sequence, reason };
  return (await recordObligation(em, obligation)).audit;
}
