import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { deliveryKey } from '../../domain/intake/merge.ts';
import { submitMistake } from '../../domain/lane/message-shape.ts';
import { serviceName } from '../../domain/names.ts';
import { deployRequestSchema, abortRequestSchema, deploymentListQuerySchema } from './deployment.ts';
import { eventsQuerySchema } from './events.ts';
import { lockRequestSchema } from './lane.ts';
import { pageQuerySchema } from './page.ts';
import { idempotencyKeyField, pathOf, routes, type Route } from './routes.ts';
import { serviceSettingsSchema } from './service.ts';

const table = Object.entries(routes) as [keyof typeof routes, Route][];

test('no two routes share a method and a path', () => {
  const addresses = table.map(([, { method, path }]) => `${method} ${path}`);
  expect(new Set(addresses).size).toBe(addresses.length);
});

test.each(table)(
  '%s has a body or a query that JSON Schema can describe, and an answer',
  (_, { method, body, query, answer }) => {
    expect(method === 'GET' ? query : body).toBeDefined();
    for (const schema of [body ?? query, answer])
      expect(z.toJSONSchema(schema!, { io: 'input' })).toHaveProperty('type');
  },
);

test('whatever lets things go on asks for a role, unless who may is said by what it is about; reading asks for none', () => {
  const open = table.filter(([, { method, allows }]) => method !== 'GET' && allows === 'signed-in');
  // An approval may be that of a team; a right may be granted by who owns the service.
  expect(open.map(([name]) => name).toSorted()).toEqual(['approvalToken', 'approve', 'grant', 'reject', 'revoke']);
  const reads = table.filter(([, { method }]) => method === 'GET');
  for (const [, { allows }] of reads) expect(allows).toBe('signed-in');
});

describe('a path', () => {
  test('is filled in and encoded', () => {
    expect(pathOf('approve', { service: 'checkout', deployment: 87 })).toBe(
      '/v1/services/checkout/deployments/87/approve',
    );
    expect(pathOf('showRegion', { region: 'a/b' })).toBe('/v1/regions/a%2Fb');
  });

  test('without its parameter is a mistake of the caller', () => {
    expect(() => pathOf('approve', { service: 'checkout' })).toThrow('approve needs deployment');
  });
});

describe('a request', () => {
  test.each([
    ['deploy, all by default', deployRequestSchema, {}, { kind: 'rollout', queue: false, althoughReverted: false }],
    ['abort', abortRequestSchema, {}, { hold: false }],
    ['a page', pageQuerySchema, { limit: '7' }, { limit: 7 }],
    ['a list of what is open', deploymentListQuerySchema, { open: 'true' }, { limit: 50, open: true }],
    [
      'events of a deployment',
      eventsQuerySchema,
      { service: 'checkout', deployment: '87' },
      { service: 'checkout', deployment: 87 },
    ],
    ['a reason with spaces around it', lockRequestSchema, { reason: ' INC-7 ' }, { reason: 'INC-7' }],
    [
      'a service',
      serviceSettingsSchema,
      { repository: 'acme/checkout', cloneUrl: '/srv/git/checkout.git' },
      { repository: 'acme/checkout', cloneUrl: '/srv/git/checkout.git', folder: '.', branch: 'main' },
    ],
  ] as const)('%s', (_, schema, input, expected) => expect(schema.parse(input)).toEqual(expected));

  test.each([
    ['deploy with an unknown field', deployRequestSchema, { relase: 4 }],
    ['deploy of release 0', deployRequestSchema, { release: 0 }],
    ['deploy of kind rollback', deployRequestSchema, { kind: 'rollback' }],
    ['lock without a reason', lockRequestSchema, { reason: '  ' }],
    ['lock with two lines', lockRequestSchema, { reason: 'a\nb' }],
    ['a page of everything', pageQuerySchema, { limit: '201' }],
    ['events of a deployment of no service', eventsQuerySchema, { deployment: '87' }],
    ['a service in a folder outside', serviceSettingsSchema, { repository: 'a/b', cloneUrl: 'x', folder: '../x' }],
    ['a service in an absolute folder', serviceSettingsSchema, { repository: 'a/b', cloneUrl: 'x', folder: '/x' }],
    ['a service of a branch with a colon', serviceSettingsSchema, { repository: 'a/b', cloneUrl: 'x', branch: 'a:b' }],
    ['a service of two branches', serviceSettingsSchema, { repository: 'a/b', cloneUrl: 'x', branch: 'main dev' }],
    ...[
      'https://lin:hunter2@git.example/acme/checkout',
      'https://ghp_token@git.example/acme/checkout.git',
      'HTTP://lin:a/b@git.example/x',
      'https::https://lin:hunter2@git.example/x',
      'ssh://git:hunter2@git.example/acme/checkout',
    ].map(
      (cloneUrl) =>
        [`a service with credentials in ${cloneUrl}`, serviceSettingsSchema, { repository: 'a/b', cloneUrl }] as const,
    ),
    ['no body', deployRequestSchema, undefined],
  ])('%s is refused', (_, schema, input) => expect(schema.safeParse(input).success).toBe(false));
});

test.each([
  'https://git.example/acme/checkout.git',
  'https://git.example:8443/acme/checkout.git',
  'ssh://git@git.example:22/acme/checkout',
  'git@git.example:acme/checkout.git',
  '/srv/git/checkout.git',
  'file:///srv/git/a:b@c',
])('a service may be cloned from %s', (cloneUrl) => {
  expect(serviceSettingsSchema.safeParse({ repository: 'a/b', cloneUrl }).success).toBe(true);
});

test('the longest branch makes a key that fits into the id of a Temporal update', () => {
  const branch = '\uffee'.repeat(244);
  const settings = serviceSettingsSchema.parse({ repository: 'a/b', cloneUrl: 'x', branch });
  const key = deliveryKey(serviceName('s'.repeat(63)), settings.branch, 'a'.repeat(40), 'b'.repeat(40));
  expect(Buffer.byteLength(key)).toBeLessThanOrEqual(1000);
  const source = { from: 'person', person: 'ada', release: 1, reason: null };
  const request = { key, service: 's'.repeat(63), kind: 'rollout', source };
  expect(submitMistake(serviceName('s'.repeat(63)), { request, queueWhenLocked: true })).toBeNull();
});

test.each([
  ['0123abcd', true],
  ['short', false],
  ['with space', false],
  ['x'.repeat(201), false],
])('Idempotency-Key %.12s', (key, ok) => expect(idempotencyKeyField.safeParse(key).success).toBe(ok));
