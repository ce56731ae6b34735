import { LockMode } from '@mikro-orm/core';
import type { EndedBy, FreezeBook, NewFreeze } from '../../../api/control/fleet/freeze-book.ts';
import type { FreezeScope } from '../../../domain/fleet/freeze.ts';
import type { DeploymentNumber, ServiceName } from '../../../domain/names.ts';
import type { Freeze } from '../../../protocol/api/fleet.ts';
import { saysMore } from '../../../domain/fleet/freeze.ts';
import { isSameFreeze } from '../../../domain/fleet/same-freeze.ts';
import type { Database, EntityManager } from '../connect.ts';
import { storable } from '../storable.ts';
import { changeAudited, type AuditedChange } from './audit-log.ts';
import { Audit, Deployment, FreezeRow, Region, Service } from './entities.ts';
import { isOver } from '../../../domain/fleet/in-effect.ts';
import { freezeName, freezeOf, shownFreeze } from './freeze-rows.ts';
import { readFleet } from './api-fleet-reads.ts';
import { deploymentName } from './object-names.ts';
import { startTheLine } from './start-the-line.ts';

/** @see FreezeBook */
export function createFreezeBook(database: Database): FreezeBook {
  return {
    readFleet: (now) => readFleet(database.em.fork(), now),
    async find(number, now) {
      const row = await database.em.fork().findOne(FreezeRow, { number });
      return row === null ? null : shownFreeze(row, now);
    },
    unknownIn: (scope) => unknownIn(database.em.fork(), scope),
    add: (freeze, now) => changeAudited(database, (em) => add(em, freeze, now)),
    isKeyOfAnother: (freeze, beginsNow) => isKeyOfAnother(database.em.fork(), freeze, beginsNow),
    end: (number, ended, now) => changeAudited(database, (em) => end(em, number, ended, now)),
    start: (ended, requireAllowed, now) =>
      changeAudited(database, (em) => startTheLine(em, ended, requireAllowed, now)),
    pass: (service, number, pass) => changeAudited(database, (em) => passOne(em, service, number, pass)),
  };
}

async function unknownIn(em: EntityManager, { services, regions }: FreezeScope): Promise<FreezeScope> {
  const known = new Set((await em.find(Service, { name: { $in: services } })).map(({ name }) => name));
  const there = new Set((await em.find(Region, { name: { $in: regions }, removedAt: null })).map(({ name }) => name));
  return {
    services: services.filter((service) => !known.has(service)),
    regions: regions.filter((region) => !there.has(region)),
  };
}

/** Any number; held by who adds a freeze, so that the line is stopped once. */
const addLock = 7_510_004;

async function add(em: EntityManager, freeze: NewFreeze, now: Date): Promise<AuditedChange<Freeze>> {
  await em.execute('select pg_advisory_xact_lock(?)', [addLock]);
  const known = (await em.findOne(FreezeRow, { key: freeze.key })) ?? (await alreadyStopped(em, freeze, now));
  if (known !== null) return { result: shownFreeze(known, now), audit: [] };
  const { kind, owner, policy, key, when } = freeze;
  const reason = storable(freeze.reason);
  const { services, regions } = freeze.scope;
  const row = em.create(FreezeRow, {
    kind,
    owner,
    reason,
    policy,
    key,
    services,
    regions,
    recurrence: when,
    addedAt: now,
  });
  await em.flush();
  const shown = shownFreeze(row, now);
  const verb = kind === 'freeze' ? 'freeze-added' : 'line-stopped';
  const detail = { freeze: row.number, reason, policy, services, regions, when: shown.text };
  return {
    result: shown,
    audit: [{ actor: owner, verb, object: freezeName(row.number), detail, key: `freeze:${key}` }],
  };
}

async function isKeyOfAnother(em: EntityManager, freeze: NewFreeze, beginsNow: boolean): Promise<boolean> {
  const row = await em.findOne(FreezeRow, { key: freeze.key });
  const asked = { ...freeze, reason: storable(freeze.reason) };
  return row !== null && !isSameFreeze(asked, freezeOf(row), beginsNow);
}

/** A stop that does all that is asked for. One that is asked to do more is a stop of its own, beside it. */
async function alreadyStopped(em: EntityManager, { kind, policy, when }: NewFreeze, now: Date) {
  if (kind !== 'stop-the-line') return null;
  const rows = await em.find(FreezeRow, { kind, endedAt: null }, { orderBy: { number: 'asc' } });
  const asked = { policy, until: untilOf(when) };
  return (
    rows
      .filter((row) => !isOver(freezeOf(row), now.getTime()))
      .find((row) => !saysMore(asked, { policy: row.policy, until: untilOf(row.recurrence) })) ?? null
  );
}

const untilOf = (when: NewFreeze['when']): string | null => (when.every === 'once' ? when.until : null);

async function end(
  em: EntityManager,
  number: number,
  { by, reason, key }: EndedBy,
  now: Date,
): Promise<AuditedChange<Freeze | null>> {
  const row = await em.findOne(FreezeRow, { number }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (row === null || row.endedAt) return { result: row && shownFreeze(row, now), audit: [] };
  Object.assign(row, { endedAt: now, endedBy: by, endedBecause: storable(reason) });
  const verb = row.kind === 'freeze' ? 'freeze-ended' : 'line-started';
  const entry = {
    actor: by,
    verb,
    object: freezeName(number),
    detail: { freeze: number, reason },
    key: `freeze-ended:${number}`,
  };
  return { result: shownFreeze(row, now), audit: [{ ...entry, detail: { ...entry.detail, request: key } }] };
}

type Passed = Awaited<ReturnType<FreezeBook['pass']>>;

async function passOne(
  em: EntityManager,
  service: ServiceName,
  number: DeploymentNumber,
  { by, reason, key }: EndedBy,
): Promise<AuditedChange<Passed>> {
  const row = await em.findOne(Deployment, { service, number }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (row === null) return { result: 'unknown', audit: [] };
  const object = deploymentName(service, number);
  const auditKey = `pass:${object}:${key}`;
  const before = row.pass ?? row.hotfix;
  const wasTaken = (await em.count(Audit, { key: auditKey })) > 0;
  if (row.outcome && !wasTaken) return { result: 'ended', audit: [] };
  const pass = before ?? storable({ by, reason });
  const result = { outcome: 'passes', by: pass.by, reason: pass.reason } as const;
  if (before || wasTaken) return { result, audit: [] };
  row.pass = { by: pass.by, reason: pass.reason };
  return { result, audit: [{ actor: by, verb: 'pass-given', object, detail: { reason }, key: auditKey }] };
}
