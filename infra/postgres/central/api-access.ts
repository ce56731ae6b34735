import { LockMode } from '@mikro-orm/core';
import type { AccessRecords, Asker, ReviewedStage } from '../../../api/control/access/access-records.ts';
import type { ReviewVerdict } from '../../../domain/approval/break-glass.ts';
import type { DeploymentNumber, ServiceName } from '../../../domain/names.ts';
import type { GrantList } from '../../../protocol/api/access.ts';
import type { Database, EntityManager } from '../connect.ts';
import { changeAudited, type AuditedChange } from './audit-log.ts';
import { grantRight, operatorsIn, revokeRight } from './change-rights.ts';
import { ApiToken, BrokenGlassRow, RoleGrant, Service, TeamMember } from './entities.ts';
import type { BrokenGlassOfDeployment } from './entities/broken-glass.ts';
import { deploymentName } from './object-names.ts';

/** @see AccessRecords */
export function createAccessRecords(database: Database): AccessRecords {
  const em = (): EntityManager => database.em.fork();
  return {
    operators: () => operatorsIn(em()),
    list: () => listGrants(em()),
    grant: (right, by) => grantRight(database, right, by),
    revoke: (right, by, refuse) => revokeRight(database, right, by, refuse),
    async listReviews() {
      const where = { review: 'wanted' as const };
      const rows = await em().find(BrokenGlassRow, where, { orderBy: { brokenAt: 'asc' }, limit: 200 });
      return {
        reviews: rows.map((row) => ({
          deployment: deploymentName(row.service, row.deployment),
          service: row.service,
          number: row.deployment,
          ...shownGlass(row),
        })),
      };
    },
    async brokenGlass(service, deployment) {
      const rows = await em().find(BrokenGlassRow, { service, deployment }, { orderBy: { brokenAt: 'asc' } });
      return rows.map(standingOf);
    },
    review: (of, verdict, reason, by) =>
      changeAudited(database, (change) => review(change, of, { verdict, reason, by })),
  };
}

/** As the api shows it. */
export const shownGlass = (row: BrokenGlassOfDeployment) => ({
  stage: row.stage === '' ? null : row.stage,
  broken: [...row.broken],
  review: row.review,
  reviewedBy: row.reviewedBy ?? null,
  reviewedAt: row.reviewedAt?.toISOString() ?? null,
  reviewReason: row.reviewReason ?? null,
});

const standingOf = (row: BrokenGlassOfDeployment): ReviewedStage => ({
  name: deploymentName(row.service, row.deployment),
  stage: row.stage === '' ? null : row.stage,
  brokenBy: row.broken.map(({ person }) => person),
  excluded: row.excluded,
  review: row.review,
  reviewedBy: row.reviewedBy ?? null,
});

async function listGrants(em: EntityManager): Promise<GrantList> {
  const grants = await em.find(RoleGrant, {}, { orderBy: { holder: 'asc', service: 'asc', role: 'asc' } });
  const tokens = await em.find(ApiToken, { revokedAt: null }, { orderBy: { person: 'asc', createdAt: 'asc' } });
  const members = await em.find(TeamMember, {}, { orderBy: { team: 'asc', person: 'asc' } });
  const services = await em.find(Service, {}, { orderBy: { name: 'asc' } });
  const byTeam = Map.groupBy(members, ({ team }) => team);
  return {
    roles: [
      ...grants.map(({ holder, role, service, grantedBy, grantedAt }) => ({
        holder,
        role,
        service: service === '' ? null : (service as ServiceName),
        by: grantedBy,
        at: grantedAt.toISOString(),
      })),
      ...tokens.flatMap(({ person, roles, createdAt }) =>
        roles.map((role) => ({ holder: person, role, service: null, by: null, at: createdAt.toISOString() })),
      ),
    ],
    teams: [...byTeam].map(([team, of]) => ({ team, members: of.map(({ person }) => person) })),
    owners: services.map((service) => ({ service: service.name, owners: service.owners.slice() })),
  };
}

interface Review {
  readonly verdict: ReviewVerdict;
  readonly reason: string;
  readonly by: Asker;
}

async function review(
  em: EntityManager,
  {
    service,
    deployment,
    stage,
  }: { readonly service: ServiceName; readonly deployment: DeploymentNumber; readonly stage: string | null },
  { verdict, reason, by }: Review,
): Promise<AuditedChange<'reviewed' | 'repeated' | 'late'>> {
  const key = { service, deployment, stage: stage ?? '' };
  const row = await em.findOne(BrokenGlassRow, key, { lockMode: LockMode.PESSIMISTIC_WRITE });
  const review = verdict === 'accept' ? 'accepted' : 'objected';
  if (row?.review !== 'wanted') {
    const isSame = row?.review === review && row.reviewedBy === by.person && row.reviewReason === reason;
    return { result: isSame ? 'repeated' : 'late', audit: [] };
  }
  Object.assign(row, { review, reviewedBy: by.person, reviewedAt: new Date(), reviewReason: reason });
  const object = deploymentName(service, deployment);
  const detail = { stage, verdict, reason };
  // Once for those who had broken it by then.
  const reviewKey = `review:${object}:${key.stage}:${row.broken.length}`;
  const entry = { actor: by.person, verb: 'glass-reviewed', object, detail, key: reviewKey };
  return { result: 'reviewed', audit: [entry] };
}
