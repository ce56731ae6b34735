import type { ServiceName } from '../../domain/names.ts';
import { canonicalJson } from '../../protocol/canonical-json.ts';
import { digestOf } from '../../protocol/digest.ts';
import type { OfferedGoal } from '../../protocol/gateway.ts';
import { readKeptGoal, type KeptGoal } from '../gateway/keep-goal.ts';
import { readHostMemory } from '../state/host-memory.ts';
import { verifyGoal } from '../trust/verify-goal.ts';
import { exitCodes, type ExitCode } from './command-error.ts';
import { pinnedKeys } from './pinned-keys.ts';
import { present, type Surroundings } from './surroundings.ts';
import { theServices } from './which-service.ts';

interface ShownGoal {
  readonly service: ServiceName;
  /** As it was signed; null when none was kept. */
  readonly goal: unknown;
  readonly verified: boolean;
  /** Why it isn't, or what else is to be known. */
  readonly reason: string | null;
}

/** The goal as its director signed it, and whether that holds by the root that this host has pinned. */
export async function goal(around: Surroundings): Promise<ExitCode> {
  const services = await theServices(around);
  const shown: ShownGoal[] = [];
  for (const service of services) shown.push(await showGoal(service, around));
  present(around, { goals: shown }, shown.map(textOf).join('\n'));
  return shown.every(({ verified }) => verified) ? exitCodes.done : exitCodes.fault;
}

async function showGoal(service: ServiceName, around: Surroundings): Promise<ShownGoal> {
  const kept = await readKeptGoal(around.directory.service(service));
  if (kept === null) return { service, goal: null, verified: false, reason: 'no signed goal is kept here' };
  const { reason, etag } = await check(service, kept, around);
  const remembered = await readHostMemory(around.directory, around.config.host);
  const known = remembered.services.get(service)?.goal;
  const other = known !== undefined && known?.etag !== etag ? 'a newer one is in force, which could not be kept' : null;
  return { service, goal: payloadOf(kept), verified: reason === null, reason: reason ?? other };
}

async function check(service: ServiceName, { goal: envelope, admissions }: KeptGoal, around: Surroundings) {
  const keys = await pinnedKeys(around);
  const etag = digestOf(canonicalJson(envelope));
  const offer: OfferedGoal = { service, etag, goal: envelope, admissions: [...admissions], traceparent: null };
  const region = regionOf(envelope.payload);
  const verified = verifyGoal(offer, { labels: {}, maintenance: false }, { host: around.config.host, region, keys });
  return { etag, reason: verified.ok ? null : verified.reason };
}

const payloadOf = ({ goal: envelope }: KeptGoal): unknown => decoded(envelope.payload);

/** Its own: that it is of this host's region was checked when it was taken up, and the key says it again. */
function regionOf(payload: string): Parameters<typeof verifyGoal>[2]['region'] {
  const goal = decoded(payload) as { readonly region?: unknown } | null;
  return (typeof goal?.region === 'string' ? goal.region : '') as Parameters<typeof verifyGoal>[2]['region'];
}

function decoded(payload: string): unknown {
  try {
    return JSON.parse(Buffer.from(payload, 'base64').toString('utf8'));
  } catch {
    return null;
  }
}

function textOf({ service, goal: signed, verified, reason }: ShownGoal): string {
  const judged = verified ? 'signed by its region, by the pinned root' : `NOT VERIFIED: ${reason}`;
  const also = verified && reason !== null ? ` (${reason})` : '';
  return `${service}: ${judged}${also}${signed === null ? '' : `\n${JSON.stringify(signed, null, 2)}`}`;
}
