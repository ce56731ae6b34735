import { LockMode } from '@mikro-orm/core';
import type { AccessRecords, Asker, ReviewedStage } from '../../../api/control/access/access-records.ts';
import { holderKey, isTeam, rightText, type Right } from '../../../domain/access/right.ts';
import type { ReviewVerdict } from '../../../domain/approval/break-glass.ts';
import { samePerson } from '../../../domain/approval/same-person.ts';
import type { DeploymentNumber, ServiceName } from '../../../domain/names.ts';
import type { GrantList } from '../../../protocol/api/access.ts';
import type { Database, EntityManager } from '../connect.ts';
import { changeAudited, type AuditedChange, type AuditEntry } from './audit-log.ts';
import { ApiToken, BrokenGlassRow, RoleGrant, Service, TeamMember } from './entities.ts';
import type { BrokenGlassOfDeployment } from './entities/broken-glass.ts';
import { deploymentName } from './object-names.ts';
import { distinct } from './person-roles.ts';

/** Any number; held by who changes a right: two operators can't take each other away at once, nor grant the same twice. */
const rightsLock = 7_510_014;
const inTurn = (em: EntityManager) => em.execute('select pg_advisory_xact_lock(?)', [rightsLock]);

/** @see AccessRecords */
export function createAccessRecords(database: Database): AccessRecords {
  const em = (): EntityManager => database.em.fork();
  return {
    operators: () => operatorsIn(em()),
    list: () => listGrants(em()),
    grant: (right, by) =>
      changeAudited(database, async (change) => {
        await inTurn(change);
        return grant(change, right, by);
      }),
    revoke: (right, by, refuse) =>
      changeAudited<Awaited<ReturnType<AccessRecords['revoke']>>>(database, async (change) => {
        await inTurn(change);
        const reason = refuse(await operatorsIn(change));
        if (reason !== null) return { result: { outcome: 'refused', reason }, audit: [] };
        return revoke(change, right, by);
      }),
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

async function operatorsIn(em: EntityManager): Promise<readonly string[]> {
  const rows = await em.execute<{ person: string }[]>(
    `select person from api_token where revoked_at is null and roles @> '["operator"]'
     union select holder from role_grant where role = 'operator' and service = '' and holder not like 'team:%'
     union select person from team_member join role_grant on holder = 'team:' || team
       where role = 'operator' and service = '' order by 1`,
  );
  return distinct(rows.map(({ person }) => samePerson(person)));
}

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

async function grant(
  em: EntityManager,
  right: Right,
  by: Asker,
): Promise<AuditedChange<'granted' | 'present' | 'absent'>> {
  const service = right.kind === 'member' ? null : right.service;
  const row =
    service === null ? null : await em.findOne(Service, { name: service }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (service !== null && row === null) return { result: 'absent', audit: [] };
  if (!(await add(em, right, by))) return { result: 'present', audit: [] };
  return { result: 'granted', audit: [entryOf('granted', right, by)] };
}

/** @returns whether it was not so already */
async function add(em: EntityManager, right: Right, { person: by }: Asker): Promise<boolean> {
  const holder = holderKey(right.holder);
  if (right.kind === 'owner') {
    const service = await em.findOneOrFail(Service, { name: right.service });
    if (service.owners.some((owner) => holderKey(owner) === holder)) return false;
    service.owners = [...service.owners, right.holder];
    return true;
  }
  const at = new Date();
  if (right.kind === 'member') {
    const key = { team: right.team, person: holder };
    if ((await em.count(TeamMember, key)) > 0) return false;
    em.create(TeamMember, { ...key, addedBy: by, addedAt: at });
    return true;
  }
  const key = { holder, role: right.role, service: right.service ?? '' };
  if ((await em.count(RoleGrant, key)) > 0) return false;
  em.create(RoleGrant, { ...key, grantedBy: by, grantedAt: at });
  return true;
}

async function revoke(
  em: EntityManager,
  right: Right,
  by: Asker,
): Promise<AuditedChange<{ readonly outcome: 'revoked' | 'absent' }>> {
  const changed = await remove(em, right);
  if (!changed) return { result: { outcome: 'absent' }, audit: [] };
  return { result: { outcome: 'revoked' }, audit: [entryOf('revoked', right, by)] };
}

async function remove(em: EntityManager, right: Right): Promise<boolean> {
  const holder = holderKey(right.holder);
  if (right.kind === 'owner') {
    const service = await em.findOne(Service, { name: right.service }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    const owners = service?.owners ?? [];
    const left = owners.filter((owner) => holderKey(owner) !== holder);
    if (service === null || left.length === owners.length) return false;
    service.owners = left;
    return true;
  }
  if (right.kind === 'member') return (await em.nativeDelete(TeamMember, { team: right.team, person: holder })) > 0;
  const { role, service } = right;
  const granted = await em.nativeDelete(RoleGrant, { holder, role, service: service ?? '' });
  const ofTokens = service === null && !isTeam(holder) ? await takeOffTokens(em, holder, role) : 0;
  return granted + ofTokens > 0;
}

/** What a token came with would outlast the revoking. @returns how many had it */
async function takeOffTokens(em: EntityManager, holder: string, role: string): Promise<number> {
  const tokens = (await em.find(ApiToken, { revokedAt: null }, { lockMode: LockMode.PESSIMISTIC_WRITE })).filter(
    ({ person, roles }) => samePerson(person) === holder && (roles as readonly string[]).includes(role),
  );
  for (const token of tokens) token.roles = token.roles.filter((each) => each !== role);
  return tokens.length;
}

function entryOf(verb: 'granted' | 'revoked', right: Right, { person, key }: Asker): AuditEntry {
  const { holder, ...detail } = right;
  const object = isTeam(holder) ? holder : `person:${holder}`;
  return {
    actor: person,
    verb,
    object,
    detail: { ...detail, right: rightText(right) },
    key: `${verb}:${person}:${key}`,
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
  const entry = { actor: by.person, verb: 'glass-reviewed', object, detail, key: `review:${object}:${key.stage}` };
  return { result: 'reviewed', audit: [entry] };
}
