import type { SlotAsk } from '../../../activities/fleet/contract.ts';
import type { FleetRecords, KeptRuling, StoredFleet } from '../../../activities/fleet/fleet-records.ts';
import type { DeploymentRef } from '../../../activities/lane/lane-records.ts';
import type { FleetRuling } from '../../../domain/fleet/rule-fleet.ts';
import type { ServiceName } from '../../../domain/names.ts';
import { LockMode } from '@mikro-orm/core';
import type { Database, EntityManager } from '../connect.ts';
import { changeAudited, type AuditedChange, type AuditEntry } from './audit-log.ts';
import { Deployment, FleetSlot, FreezeRow } from './entities.ts';
import type { DeploymentRow } from './entities/deployment.ts';
import type { FleetSlotRow } from './entities/fleet.ts';
import { freezeOf } from './freeze-rows.ts';
import { deploymentName } from './object-names.ts';

/** Any number; held by who rules over slots, until the transaction ends. */
const turnLock = 7_510_003;

/** @see FleetRecords */
export function createFleetRecords(database: Database): FleetRecords {
  return {
    turn: (asks, rule) => changeAudited(database, (em) => turn(em, asks, rule)),
    free: (ref, why) => changeAudited(database, (em) => free(em, ref, why)),
    async hasPass({ service, deployment: number }) {
      const row = await database.em.fork().findOne(Deployment, { service, number }, { fields: ['hotfix', 'pass'] });
      return Boolean(row?.hotfix ?? row?.pass);
    },
  };
}

async function turn(
  em: EntityManager,
  asks: readonly SlotAsk[],
  rule: (fleet: StoredFleet) => readonly FleetRuling[],
): Promise<AuditedChange<readonly KeptRuling[]>> {
  await em.execute('select pg_advisory_xact_lock(?)', [turnLock]);
  const lasting = await lockLasting(em, asks);
  for (const ask of asks) if (lasting.has(keyOf(ask))) await (ask.givesBack ? takeBack : note)(em, ask);
  const slots = await em.find(FleetSlot, { freedAt: null });
  const deployments = await openDeploymentsOf(em, slots);
  const open = slots.filter((slot) => deployments.has(keyOf(slot)));
  const freezes = (await em.find(FreezeRow, { endedAt: null }, { orderBy: { number: 'asc' } })).map(freezeOf);
  const members = open.map((slot) => ({
    service: slot.service,
    deployment: slot.deployment,
    regions: slot.regions,
    askedAt: slot.askedAt.toISOString(),
    isGranted: (slot.grantedAt ?? null) !== null,
    hasPass: passOf(deployments.get(keyOf(slot))) !== null,
  }));
  const rulings = rule({ members, freezes, lastServed: await lastServed(em, open) });
  const now = new Date();
  const kept = rulings.map((ruling) => {
    const slot = open.find((each) => keyOf(each) === keyOf(ruling))!;
    const isNew = ruling.isGranted && !slot.grantedAt;
    Object.assign(slot, { wait: ruling.wait, keptBy: ruling.freezes, ...(isNew && { grantedAt: now }) });
    return { ...ruling, requestId: slot.requestId };
  });
  return { result: kept, audit: rulings.flatMap((ruling) => passEntry(ruling, deployments.get(keyOf(ruling)))) };
}

const keyOf = ({ service, deployment }: DeploymentRef): string => deploymentName(service, deployment);

/**
 * Those of them that have not ended, and don't until this transaction is over: an end that came in between would free no
 * slot, as none was noted yet. In one order for all, as two who lock in turn could wait for each other.
 */
async function lockLasting(em: EntityManager, asks: readonly SlotAsk[]): Promise<ReadonlySet<string>> {
  const inOrder = asks.toSorted((a, b) =>
    a.service === b.service ? a.deployment - b.deployment : a.service < b.service ? -1 : 1,
  );
  const options = { fields: ['outcome'], lockMode: LockMode.PESSIMISTIC_READ } as const;
  const lasting = new Set<string>();
  for (const ask of inOrder) {
    const row = await em.findOne(Deployment, { service: ask.service, number: ask.deployment }, options);
    if (row !== null && !row.outcome) lasting.add(keyOf(ask));
  }
  return lasting;
}

/** Who asks again, after its slot was freed by mistake, has a place as of now. */
async function note(em: EntityManager, { service, deployment, requestId, regions }: SlotAsk): Promise<void> {
  const slot = await em.findOne(FleetSlot, { service, deployment });
  const fresh = { requestId, regions, askedAt: new Date(), grantedAt: null, freedAt: null, wait: null, keptBy: [] };
  if (slot === null) em.create(FleetSlot, { service, deployment, ...fresh });
  else Object.assign(slot, slot.freedAt ? fresh : { requestId, regions });
  await em.flush();
}

/** A request that came after it, and was heard first, keeps its slot. */
async function takeBack(em: EntityManager, { service, deployment, requestId }: SlotAsk): Promise<void> {
  const slot = await em.findOne(FleetSlot, { service, deployment, requestId, freedAt: null });
  if (slot !== null) slot.freedAt = new Date();
  await em.flush();
}

type Standing = Pick<DeploymentRow, 'service' | 'number' | 'hotfix' | 'pass'>;

async function openDeploymentsOf(
  em: EntityManager,
  slots: readonly FleetSlotRow[],
): Promise<ReadonlyMap<string, Standing>> {
  const services = [...new Set(slots.map(({ service }) => service))];
  const rows = await em.find(
    Deployment,
    { service: { $in: services }, outcome: null },
    { fields: ['service', 'number', 'hotfix', 'pass'] },
  );
  return new Map(rows.map((row) => [deploymentName(row.service, row.number), row]));
}

async function lastServed(em: EntityManager, open: readonly FleetSlotRow[]): Promise<ReadonlyMap<ServiceName, string>> {
  const waiting = [...new Set(open.filter(({ grantedAt }) => !grantedAt).map(({ service }) => service))];
  if (waiting.length === 0) return new Map();
  const places = waiting.map(() => '?').join(', ');
  const rows = await em.execute<{ service: ServiceName; ms: string | null }[]>(
    `select service, floor(extract(epoch from max(granted_at)) * 1000)::bigint as ms
       from fleet_slot where service in (${places}) group by service`,
    waiting,
  );
  return new Map(
    rows.flatMap(({ service, ms }) => (ms === null ? [] : [[service, new Date(Number(ms)).toISOString()]])),
  );
}

const passOf = (row: Standing | undefined) => row?.hotfix ?? row?.pass ?? null;

/** That somebody went past a freeze is on record for ever, with who let it, and why. */
function passEntry({ service, deployment, passed }: FleetRuling, row: Standing | undefined): readonly AuditEntry[] {
  const pass = passOf(row);
  return passed.flatMap(({ freeze, owner, reason }) => {
    if (pass === null) return [];
    const object = deploymentName(service, deployment);
    const detail = { reason: pass.reason, freeze: { number: freeze, owner, reason } };
    return [{ actor: pass.by, verb: 'freeze-passed', object, detail, key: `freeze-passed:${object}:${freeze}` }];
  });
}

async function free(
  em: EntityManager,
  { service, deployment }: DeploymentRef,
  why: string,
): Promise<AuditedChange<void>> {
  const freedAt = new Date();
  const freed = await em.nativeUpdate(FleetSlot, { service, deployment, freedAt: null }, { freedAt });
  if (freed === 0) return { result: undefined, audit: [] };
  const object = deploymentName(service, deployment);
  // One that asked again may be freed again.
  const key = `slot-freed:${object}:${freedAt.toISOString()}`;
  const entry = { actor: 'slipway', verb: 'slot-freed', object, detail: { reason: why }, key };
  return { result: undefined, audit: [entry] };
}
