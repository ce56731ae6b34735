import { LockMode } from '@mikro-orm/core';
import type { Asker, Granted, Revoked, RevokeGuard } from '../../../api/control/access/access-records.ts';
import { holderKey, isTeam, rightText, type Right } from '../../../domain/access/right.ts';
import { whatStillGives } from '../../../domain/access/still-held.ts';
import { samePerson } from '../../../domain/approval/same-person.ts';
import type { Database, EntityManager } from '../connect.ts';
import { changeAudited, type AuditEntry } from './audit-log.ts';
import { ApiToken, Audit, RoleGrant, Service, TeamMember } from './entities.ts';
import { lockService } from './lock-service.ts';
import { distinct } from './person-roles.ts';

/** Any number; held by who changes a right: two operators can't take each other away at once, nor grant the same twice. */
const rightsLock = 7_510_014;
const inTurn = (em: EntityManager) => em.execute('select pg_advisory_xact_lock(?)', [rightsLock]);

/** @see AccessRecords.grant */
export const grantRight = (database: Database, right: Right, by: Asker): Promise<Granted> =>
  changeAudited<Granted>(database, async (em) => {
    await inTurn(em);
    const before = await answeredBefore(em, 'granted', right, by);
    if (before !== null) return { result: before === 'same' ? 'granted' : 'key-reused', audit: [] };
    if (!(await hasService(em, right))) return { result: 'absent', audit: [] };
    if (!(await add(em, right, by))) return { result: 'present', audit: [] };
    return { result: 'granted', audit: [entryOf('granted', right, by)] };
  });

/** @see AccessRecords.revoke */
export async function revokeRight(database: Database, right: Right, by: Asker, refuse: RevokeGuard): Promise<Revoked> {
  try {
    return await changeAudited<Revoked>(database, (em) => revoke(em, right, by, refuse));
  } catch (error) {
    if (error instanceof NotRevoked) return { outcome: 'refused', reason: error.message };
    throw error;
  }
}

/** Takes back what was changed. */
class NotRevoked extends Error {
  override readonly name = 'NotRevoked';
}

async function revoke(em: EntityManager, right: Right, by: Asker, refuse: RevokeGuard) {
  await inTurn(em);
  const before = await answeredBefore(em, 'revoked', right, by);
  if (before === 'other') return { result: { outcome: 'key-reused' } as const, audit: [] };
  if (before === 'same') return { result: { outcome: 'revoked', still: await stillOf(em, right) } as const, audit: [] };
  const operators = await operatorsIn(em);
  const changed = await remove(em, right);
  await em.flush();
  const reason = refuse({ before: operators, after: await operatorsIn(em) });
  if (reason !== null) throw new NotRevoked(reason);
  const result = { outcome: changed ? 'revoked' : 'absent', still: await stillOf(em, right) } as const;
  return { result, audit: changed ? [entryOf('revoked', right, by)] : [] };
}

/**
 * Whether this request was carried out before, or its key stood for something else: whoever changed the right since is not
 * overruled by a repeat that comes late, and no change goes without its record because the record has its key already.
 */
async function answeredBefore(em: EntityManager, verb: Change, right: Right, { person, key }: Asker) {
  const keys = changes.map((each) => auditKey(each, person, key));
  const [done] = await em.find(Audit, { key: { $in: keys } }, { limit: 1 });
  if (done === undefined) return null;
  const said = holderKey(String(done.detail['right']));
  return done.verb === verb && said === holderKey(rightText(right)) ? 'same' : 'other';
}

const changes = ['granted', 'revoked'] as const;
type Change = (typeof changes)[number];
const auditKey = (verb: Change, person: string, key: string): string => `${verb}:${person}:${key}`;

/** Who could grant now: of those who are operators whoever can sign in. A name that nobody has keeps nothing open, or shut. */
export async function operatorsIn(em: EntityManager): Promise<readonly string[]> {
  const rows = await em.execute<{ person: string }[]>(
    `with named as (
       select lower(trim(person)) as person, bool_or(roles @> '["operator"]') as by_token
         from api_token where revoked_at is null group by 1)
     select person from named where by_token
       or person in (select holder from role_grant where role = 'operator' and service = '')
       or person in (select m.person from team_member m join role_grant on holder = 'team:' || team
                      where role = 'operator' and service = '')
       order by 1`,
  );
  return distinct(rows.map(({ person }) => person));
}

/** Of one service: it is there, and stays as it is until this is over. */
async function hasService(em: EntityManager, right: Right): Promise<boolean> {
  if (right.kind === 'member' || right.service === null) return true;
  return (await lockService(em, right.service)) !== null;
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

async function remove(em: EntityManager, right: Right): Promise<boolean> {
  const holder = holderKey(right.holder);
  if (right.kind === 'owner') {
    const service = await lockService(em, right.service);
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

/** What gives it all the same. */
async function stillOf(em: EntityManager, right: Right): Promise<readonly string[]> {
  if (right.kind === 'member') return [];
  const holder = holderKey(right.holder);
  const tokens = isTeam(holder) ? [] : await em.find(ApiToken, { revokedAt: null });
  const members = isTeam(holder) ? [] : await em.find(TeamMember, { person: holder }, { orderBy: { team: 'asc' } });
  const service = right.service === null ? null : await em.findOne(Service, { name: right.service });
  return whatStillGives(right, {
    tokenRoles: tokens.filter(({ person }) => samePerson(person) === holder).flatMap(({ roles }) => roles),
    teams: members.map(({ team }) => team),
    grants: await em.find(RoleGrant, {}, { orderBy: { holder: 'asc', service: 'asc' } }),
    owners: service?.owners ?? [],
  });
}

function entryOf(verb: Change, right: Right, { person, key }: Asker): AuditEntry {
  const { holder, ...detail } = right;
  const object = isTeam(holder) ? holder : `person:${holder}`;
  return {
    actor: person,
    verb,
    object,
    detail: { ...detail, right: rightText(right) },
    key: auditKey(verb, person, key),
  };
}
