import { expect, test } from '@jest/globals';
import { serviceName } from '../domain/names.ts';
import { service } from './shown.fixture.ts';
import type { Session } from './session.ts';
import { readStatus } from './status.ts';

const settled = { ...service, lane: { ...service.lane, active: null } };
const call = async (name: string) => (name === 'showService' ? settled : { items: [settled], next: null });
const session = { client: { call }, interrupted: new AbortController().signal } as unknown as Session;

test.each([
  [{ service: null, region: null }, 'slipway status'],
  [{ service: serviceName('checkout'), region: null }, 'slipway status checkout'],
  [{ service: serviceName('checkout'), region: 'eu-west' }, 'slipway status checkout --region eu-west'],
  [{ service: null, region: 'eu-west' }, 'slipway status --region eu-west'],
])('a status names the command that prints it: %j', async (scope, command) => {
  expect(await readStatus(session, scope)).toMatchObject({ command });
});
