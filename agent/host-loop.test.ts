import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { newHost, newService, type ServiceState } from '../domain/host/service-state.ts';
import { ownService } from '../domain/host/own-service.ts';
import type { DeploymentNumber, Digest, Generation, HostId, ServiceName } from '../domain/names.ts';
import { startHostLoop, type HostLoop } from './host-loop.ts';

const service = 'checkout' as ServiceName;
// A slow machine is no clock that was set: both clocks stand still here.
let wallMs: number;
let loop: HostLoop;
let compacted: number;
beforeEach(() => {
  wallMs = 1_000_000;
  const known: ServiceState = { ...newService(service), exits: [wallMs], actAfterMs: wallMs + 5_000 };
  const remembered = { ...newHost('a' as HostId), services: new Map([[service, known]]) };
  compacted = 0;
  const compact = async (): Promise<void> => void (compacted += 1);
  const memory = { remembered, damage: [], append: async () => {}, compact, close: async () => {} };
  loop = startHostLoop({ memory, carryOut: jest.fn(), onFatal: jest.fn(), now: () => wallMs, steady: () => 0 });
});
afterEach(() => loop.stop());

const after = async (): Promise<Pick<ServiceState, 'exits' | 'actAfterMs'>> => {
  await loop.dispatch({ type: 'tick', atMs: wallMs });
  const { exits, actAfterMs } = loop.state.services.get(service)!;
  return {
    exits: exits.map((at) => Math.round((at - wallMs) / 1_000)),
    actAfterMs: Math.round((actAfterMs - wallMs) / 1_000),
  };
};

test.each([3_600_000, -3_600_000])('when the clock is set by %i ms, waits last as long as they did', async (byMs) => {
  wallMs += byMs;
  expect(await after()).toEqual({ exits: [0], actAfterMs: 5 });
});

test('a clock that runs a little ahead is followed', async () => {
  wallMs += 900;
  expect(await after()).toEqual({ exits: [-1], actAfterMs: 4 });
});

test('a new agent writes no snapshot before it is confirmed', async () => {
  const of = { service: ownService, atMs: wallMs } as const;
  const attempt = { deployment: 1 as DeploymentNumber, local: 0 };
  const [from, to] = ['sha256:1' as Digest, 'sha256:2' as Digest];
  const intent = {
    kind: 'forward',
    from,
    to,
    attempt,
    generation: 1 as Generation,
    traceparent: null,
    refusal: null,
  } as const;
  await loop.dispatch({ ...of, type: 'switchIntended', ...intent });
  await loop.dispatch({ ...of, type: 'switched', to });
  await loop.dispatch({ type: 'tick', atMs: wallMs });
  expect(compacted).toBe(0);
  await loop.dispatch({ ...of, type: 'confirmed', release: to });
  expect(compacted).toBe(1);
});
