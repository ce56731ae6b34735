import { randomUUID } from 'node:crypto';
import type { ApiClient } from '../../../cli/api-client.ts';
import { sampleService } from '../../../infra/local/demo/demonstration.ts';
import type { BodyOf } from '../../../protocol/api/routes.ts';
import type { FreezeAct } from '../scenario/scenario.ts';
import { patiently } from './patience.ts';

/** Longer than any program is away after a fault. */
const limitMs = 90_000;

/** What a person said to the fleet, and the api has taken. */
export interface Frozen {
  /** Its number. */
  readonly freeze: number;
  /** When the answer came, in ms since 1970: from then on it is in effect. */
  readonly sinceMs: number;
  /** By a person's word, where no clock ends it. */
  end(): Promise<void>;
}

export type FreezeAnswer = Frozen | { readonly refused: string };

/** @param lastRegion which a freeze of a region is about */
export const freezerOf =
  (client: ApiClient, lastRegion: string) =>
  async (act: FreezeAct): Promise<FreezeAnswer> => {
    const send = freezeCall(client, act, lastRegion);
    const said = await patiently(`${act.kind} is answered`, limitMs, send);
    if (said.refused) return { refused: said.problem.message };
    const { freeze } = said.answer;
    return { freeze, sinceMs: Date.now(), end: () => endFreeze(client, act, freeze) };
  };

/** The same request each time, with the time that was meant at first. */
function freezeCall(client: ApiClient, { kind, policy, over, endedBy, forMs }: FreezeAct, lastRegion: string) {
  const idempotencyKey = randomUUID();
  const until = endedBy === 'clock' ? new Date(Date.now() + forMs).toISOString() : null;
  const reason = 'it smells everywhere';
  if (kind === 'stop-the-line') {
    const body = { reason, policy, ...(until !== null && { until }) };
    return () => client.call('stopTheLine', { body, idempotencyKey });
  }
  const services = over === 'service' ? [sampleService] : [];
  const regions = over === 'region' ? [lastRegion] : [];
  const body = { reason, policy, services, regions, when: { every: 'once', until } } as unknown as BodyOf<'addFreeze'>;
  return () => client.call('addFreeze', { body, idempotencyKey });
}

/** @throws ApiProblemError when it is refused: nobody may be left frozen */
async function endFreeze(client: ApiClient, { kind }: FreezeAct, freeze: number): Promise<void> {
  const call = { body: { reason: 'it is over' }, idempotencyKey: randomUUID() };
  const send = async (): Promise<unknown> =>
    kind === 'freeze' ? client.call('endFreeze', { ...call, path: { freeze } }) : client.call('startTheLine', call);
  const said = await patiently(`the end of the ${kind} is answered`, limitMs, send);
  if (said.refused) throw said.problem;
}
