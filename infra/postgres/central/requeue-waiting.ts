import { LockMode } from '@mikro-orm/core';
import { inStartOrder } from '../../../domain/lane/lane.ts';
import type { EntityManager } from '../connect.ts';
import type { AuditEntry } from './audit-log.ts';
import { Deployment, InboxRow } from './entities.ts';
import type { DeploymentRow } from './entities/deployment.ts';
import type { ServiceRow } from './entities/service.ts';
import { newDeployment, opened } from './new-deployment.ts';
import { deploymentName } from './object-names.ts';

/**
 * A rollback or hotfix goes before what waits, and a region takes no deployment once it has begun one of a higher number
 * (docs/goal-protocol.md §2): what waits is superseded, and goes on under a new number, with its key and in its order.
 * The service's row is locked. @returns what is recorded of it
 */
export async function requeueWaiting(
  em: EntityManager,
  service: ServiceRow,
  first: Pick<DeploymentRow, 'number' | 'kind' | 'hotfix'>,
): Promise<AuditEntry[]> {
  const waiting = { service: service.name, outcome: null, startedAt: null, number: { $ne: first.number } };
  const rows = await em.find(Deployment, waiting, { orderBy: { number: 'asc' }, lockMode: LockMode.PESSIMISTIC_WRITE });
  const behind = rows.filter((row) => inStartOrder([row, first])[0] === first);
  // Those with higher numbers too, as they came later.
  if (behind.every(({ number }) => number > first.number)) return [];
  const audit: AuditEntry[] = [];
  for (const row of behind)
    audit.push(...(await requeue(em, service, row, deploymentName(service.name, first.number))));
  return audit;
}

async function requeue(em: EntityManager, service: ServiceRow, row: DeploymentRow, by: string): Promise<AuditEntry[]> {
  const { number, kind, release, key, source } = row;
  const traceparent = row.traceparent ?? null;
  const next = service.nextDeployment;
  const [before, after] = [deploymentName(service.name, number), deploymentName(service.name, next)];
  const reason = `${by} goes before it: it goes on as ${after}`;
  const at = new Date();
  const ended = { state: 'superseded', outcome: 'superseded', reason, goesOnAs: next, endedAt: at, since: at } as const;
  // At once, and not when all is written: its key is free for the new one.
  const old = { service: service.name, number };
  await em.nativeUpdate(Deployment, old, { ...ended, key: `${key} until ${after}` });
  const fresh = newDeployment(em, service, { kind, key, source, traceparent }, release, row.hotfix ?? null);
  // It has waited since then.
  fresh.openedAt = row.openedAt;
  fresh.pass = row.pass ?? null;
  await em.nativeUpdate(InboxRow, { service: service.name, deployment: number }, { deployment: next });
  const detail = { outcome: 'superseded', reason, regions: [], pending: [] };
  const entry = opened(fresh);
  return [
    { actor: 'slipway', verb: 'deployment-ended', object: before, detail, key: `end:${before}` },
    // Nobody has asked for it anew.
    { ...entry, actor: 'slipway', detail: { ...entry.detail, continues: before, because: by } },
  ];
}
