import { LockMode } from '@mikro-orm/core';
import type { RecordBrokenGlassInput } from '../../../activities/deployment-record/contract.ts';
import type { EntityManager } from '../connect.ts';
import { storable } from '../storable.ts';
import type { AuditedChange } from './audit-log.ts';
import { BrokenGlassRow, Deployment } from './entities.ts';
import { deploymentName } from './object-names.ts';

/** The mark of an approval that people went past: one a deployment and stage. */
export async function markBrokenGlass(
  em: EntityManager,
  input: RecordBrokenGlassInput,
): Promise<AuditedChange<'recorded' | 'repeated' | 'unknown'>> {
  const { service, deployment, broken, excluded, review } = input;
  const stage = input.stage ?? '';
  // Locked, so that of two who mark it at once the second finds the first's mark.
  const lockMode = LockMode.PESSIMISTIC_WRITE;
  const row = await em.findOne(Deployment, { service, number: deployment }, { lockMode });
  if (row === null) return { result: 'unknown', audit: [] };
  if ((await em.count(BrokenGlassRow, { service, deployment, stage })) > 0) return { result: 'repeated', audit: [] };
  em.create(BrokenGlassRow, {
    service,
    deployment,
    stage,
    broken: storable(broken),
    excluded: [...excluded],
    review: review ? 'wanted' : 'none',
    brokenAt: new Date(),
  });
  const object = deploymentName(service, deployment);
  const detail = { stage: input.stage, broken, review: review ? 'wanted' : 'none' };
  const entry = {
    actor: broken.map(({ person }) => person).join(', '),
    verb: 'glass-broken',
    object,
    detail,
    key: `glass:${object}:${stage}`,
  };
  return { result: 'recorded', audit: [entry] };
}
