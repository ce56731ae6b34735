import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { certifiedAccess } from '../testing/certified-access.ts';
import { startTestRegion, testHost, type TestRegion } from '../testing/test-region.ts';
import { openEndpoint, type HttpEndpoint } from './http-exchange.ts';
import { readWhole, type BodyLimits } from './read-body.ts';

let region: TestRegion;
let endpoint: HttpEndpoint;
beforeAll(async () => {
  region = await startTestRegion();
  endpoint = openEndpoint(new URL(region.gateway.url), await certifiedAccess(region.authority, testHost));
});
afterAll(async () => {
  endpoint.close();
  await region.gateway.goDown();
});

const answering = (answer: (response: ServerResponse) => unknown): void => {
  region.gateway.interfere = (_request, response) => {
    answer(response);
    return true;
  };
};
const ask = (headTimeoutMs: number): Promise<IncomingMessage> =>
  endpoint.exchange({ method: 'GET', path: '/v1/anything', headTimeoutMs });
const patient: BodyLimits = { maxBytes: 1_000, idleTimeoutMs: 30_000, totalTimeoutMs: 30_000 };

test('an answer that does not begin is given up after its time', async () => {
  answering(() => undefined);
  await expect(ask(300)).rejects.toThrow('/v1/anything was not answered in time');
});

test('one that comes late, and in time, is read', async () => {
  answering((response) => {
    setTimeout(() => response.write('la'), 200);
    setTimeout(() => response.end('te'), 400);
  });
  expect(String(await readWhole(await ask(30_000), patient))).toBe('late');
});

test('one that begins and stalls is given up', async () => {
  answering((response) => response.write('a'));
  await expect(readWhole(await ask(30_000), { ...patient, idleTimeoutMs: 300 })).rejects.toThrow('the answer stalled');
});

test('one that never ends is given up, though something comes all the time', async () => {
  answering((response) => {
    const trickle = setInterval(() => response.write('a'), 20);
    response.once('close', () => clearInterval(trickle));
  });
  await expect(readWhole(await ask(30_000), { ...patient, totalTimeoutMs: 400 })).rejects.toThrow('took too long');
});
