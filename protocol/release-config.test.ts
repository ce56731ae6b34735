import { describe, expect, it } from '@jest/globals';
import { canonicalJson } from './canonical-json.ts';
import { releaseConfigSchema } from './release-config.ts';
import { parseServiceSpec } from './service-spec.ts';

/** As the first version signed it. */
const first =
  '{"health":{"healthyAfter":3,"http":"/healthz","intervalMs":2000,"startPeriodMs":10000,"timeoutMs":2000,"unhealthyAfter":2},' +
  '"run":{"command":["node","server.js"],"env":{"LOG":"info"},"restart":"stop-first"}}';

const numbers = { startPeriodMs: 1, intervalMs: 50, timeoutMs: 1, healthyAfter: 1, unhealthyAfter: 1 };
const run = { command: ['node'], env: {}, restart: 'stop-first' };
const isRead = (config: unknown): boolean => releaseConfigSchema.safeParse(config).success;

describe('how a release is run', () => {
  it('is read as the first version signed it', () => {
    expect(releaseConfigSchema.parse(JSON.parse(first))).toEqual(JSON.parse(first));
  });

  it('is signed as the first version would, so that hosts which are not updated yet read it, where nothing newer is asked', () => {
    const parsed = parseServiceSpec(`service: checkout
run: { command: [node, server.js], env: { LOG: info } }
health: { http: /healthz }
rollout: { stages: [{ name: all, regions: [eu-west], batches: [100%] }] }
`);
    if (!parsed.ok) throw new Error('no spec');
    expect(canonicalJson({ run: parsed.spec.run, health: parsed.spec.health })).toBe(first);
  });

  it.each<[string, object, boolean]>([
    ['for a variable and a file', { env: { A: 'a' }, files: { 'a.pem': 'a' } }, true],
    ['whose file would be a path', { files: { '../a': 'a' } }, false],
    ['whose name would be a path', { env: { A: '../a' } }, false],
    ['in a way that is not known', { sockets: { a: 'a' } }, false],
  ])('names secrets %s', (_what, secrets, read) => {
    expect(isRead({ run: { ...run, secrets }, health: { ...numbers, tcp: true } })).toBe(read);
  });

  it.each<[string, object, boolean]>([
    ['by one way', { tcp: true }, true],
    ['by a command', { command: ['./check'] }, true],
    ['by its process', { process: true }, true],
    ['by none', {}, false],
    ['by two', { http: '/', tcp: true }, false],
    ['by what is not known', { http: '/', grpc: true }, false],
  ])('asks an instance %s', (_what, kind, read) => {
    expect(isRead({ run, health: { ...numbers, ...kind } })).toBe(read);
  });
});
