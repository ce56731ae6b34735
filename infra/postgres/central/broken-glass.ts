import { LockMode } from '@mikro-orm/core';
import type { RecordBrokenGlassInput } from '../../../activities/deployment-record/contract.ts';
import type { BrokenGlass } from '../../../domain/approval/break-glass.ts';
import { isExcluded } from '../../../domain/approval/excluded.ts';
import type { EntityManager } from '../connect.ts';
import { storable } from '../storable.ts';
import type { AuditedChange } from './audit-log.ts';
import { BrokenGlassRow, Deployment } from './entities.ts';
import { deploymentName } from './object-names.ts';

/** The mark of an approval that people went past: one a deployment and stage, to which whoever breaks it later is added. */
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
  const marked = await em.findOne(BrokenGlassRow, { service, deployment, stage });
  const known = marked?.broken ?? [];
  const fresh = storable(broken.filter(({ person }) => !isExcluded(known.map(personOf), person)));
  if (marked !== null && fresh.length === 0) return { result: 'repeated', audit: [] };
  const standing = review ? ({ review: 'wanted', ...unreviewed } as const) : {};
  if (marked !== null) Object.assign(marked, { broken: [...known, ...fresh], ...standing });
  else {
    const key = { service, deployment, stage };
    em.create(BrokenGlassRow, {
      ...key,
      broken: fresh,
      excluded: [...excluded],
      review: review ? 'wanted' : 'none',
      brokenAt: new Date(),
    });
  }
  const object = deploymentName(service, deployment);
  const detail = { stage: input.stage, broken: fresh, review: review ? 'wanted' : 'none' };
  const entry = {
    actor: fresh.map(personOf).join(', '),
    verb: 'glass-broken',
    object,
    detail,
    key: `glass:${object}:${stage}${known.length === 0 ? '' : `:${known.length}`}`,
  };
  return { result: 'recorded', audit: [entry] };
}

const personOf = ({ person }: BrokenGlass): string => person;

const unreviewed = { reviewedBy: null, reviewedAt: null, reviewReason: null };
