import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import type { ServiceSpec } from '../domain/spec/service-spec.ts';
import { parsedSpecMistake, parseServiceSpec, specProblemText } from './service-spec.ts';
import { serviceSpecSchema } from './service-spec-schema.ts';

const smallest = `
service: checkout
run: { command: [node, server.js] }
health: { http: /healthz }
rollout: { stages: [{ name: all, regions: [eu-west], batches: [1, 100%] }] }
`.trimStart();

const whole = `
service: checkout
build: { run: npm ci && npm run build, output: dist, timeout: 5m }
checks: { run: npm test, timeout: 90s }
run: { command: [node, server.js], on: { role: web }, env: { LOG: info }, restart: stop-first }
health: { http: /healthz?deep=1, startPeriod: 3s, interval: 250ms, timeout: 1s, healthyAfter: 2, unhealthyAfter: 4 }
approve: { quorum: 2, roles: [release-owner, deployer], expires: 1h }
rollout:
  stages:
    - { name: canary, regions: [eu-west], batches: [1, 10, 100%], bake: 2m }
    - { name: world, regions: [us-east, ap-south], batches: [0.5%, 25%, 100%] }
  budget: { failed: 2.5%, cap: 10 }
  batchTimeout: 1m
  absentAfter: 5s
  undoDeadline: 30s
  verify: { run: ./smoke.sh, timeout: 2m }
rollback: { automatic: false, lockAfter: false }
`.trimStart();

function accepted(source: string): ServiceSpec {
  const result = parseServiceSpec(source);
  if (!result.ok) throw new Error(result.problems.map((problem) => specProblemText(problem)).join('\n'));
  return result.spec;
}

function problemsIn(source: string | Uint8Array): readonly string[] {
  const result = parseServiceSpec(source);
  return result.ok ? [] : result.problems.map((problem) => specProblemText(problem));
}

describe('a spec', () => {
  test('says everything that it may say', () => {
    expect(accepted(whole)).toEqual({
      service: 'checkout',
      build: { run: 'npm ci && npm run build', output: 'dist', timeoutMs: 300_000 },
      checks: { run: 'npm test', timeoutMs: 90_000 },
      run: { command: ['node', 'server.js'], env: { LOG: 'info' }, restart: 'stop-first' },
      on: { role: 'web' },
      health: {
        http: '/healthz?deep=1',
        startPeriodMs: 3000,
        intervalMs: 250,
        timeoutMs: 1000,
        healthyAfter: 2,
        unhealthyAfter: 4,
      },
      approve: { quorum: 2, roles: ['release-owner', 'deployer'], expiresMs: 3_600_000 },
      rollout: {
        stages: [
          {
            name: 'canary',
            regions: ['eu-west'],
            bakeMs: 120_000,
            batches: [{ hosts: 1 }, { hosts: 10 }, { percent: 100 }],
          },
          {
            name: 'world',
            regions: ['us-east', 'ap-south'],
            bakeMs: 0,
            batches: [{ percent: 0.5 }, { percent: 25 }, { percent: 100 }],
          },
        ],
        budget: { failedPercent: 2.5, cap: 10 },
        batchTimeoutMs: 60_000,
        absentAfterMs: 5000,
        undoDeadlineMs: 30_000,
        verify: { run: './smoke.sh', timeoutMs: 120_000 },
      },
      rollback: { automatic: false, lockAfter: false },
    });
  });

  test('gets a default for all that it leaves out', () => {
    expect(accepted(smallest)).toMatchObject({
      build: { run: null, output: '.', timeoutMs: 600_000 },
      checks: null,
      run: { env: {}, restart: 'stop-first' },
      on: {},
      health: { startPeriodMs: 10_000, intervalMs: 2000, timeoutMs: 2000, healthyAfter: 3, unhealthyAfter: 2 },
      approve: null,
      rollout: {
        stages: [{ bakeMs: 0 }],
        budget: { failedPercent: 5, cap: 50 },
        batchTimeoutMs: 600_000,
        absentAfterMs: 180_000,
        undoDeadlineMs: 120_000,
        verify: null,
      },
      rollback: { automatic: true, lockAfter: true },
    });
    expect(accepted(`${smallest}approve: {}\nchecks: { run: make test }\n`)).toMatchObject({
      approve: { quorum: 1, roles: ['release-owner'], expiresMs: 14_400_000 },
      checks: { timeoutMs: 600_000 },
    });
  });

  test.each([
    ['http: /up', { http: '/up' }],
    ['tcp: true', { tcp: true }],
    ['command: [./check, --quick]', { command: ['./check', '--quick'] }],
    ['process: true', { process: true }],
  ])('asks an instance by %s', (line, kind) => {
    const { health } = accepted(smallest.replace('http: /healthz', line));
    const { startPeriodMs, intervalMs, timeoutMs, healthyAfter, unhealthyAfter, ...rest } = health;
    expect(rest).toStrictEqual(kind);
    expect([startPeriodMs, intervalMs, timeoutMs, healthyAfter, unhealthyAfter]).toEqual([10_000, 2_000, 2_000, 3, 2]);
  });

  test('may be bytes with Windows line ends', () => {
    expect(accepted(whole.replaceAll('\n', '\r\n'))).toEqual(accepted(whole));
    expect(problemsIn(new TextEncoder().encode(whole))).toEqual([]);
  });
});

const unsupported: readonly [string, string][] = [
  ['windows: []', '5:1 windows: `windows` is not supported yet'],
  ['build: { run: make, network: registry-only }', '5:21 build.network: `build.network` is not supported yet'],
];

describe('what is not supported yet is refused by its name', () => {
  test.each(unsupported)('%s', (line, problem) => {
    expect(problemsIn(smallest + line)).toEqual([`slipway.yaml:${problem}`]);
  });

  test.each([
    ['rollout: {', 'rollout: { windows: [],', '4:12 rollout.windows: `rollout.windows`'],
    ['name: all,', 'name: all, windows: [],', '4:34 rollout.stages[0].windows: `rollout.stages.windows`'],
  ])('%s → %s', (before, after, problem) => {
    expect(problemsIn(smallest.replace(before, after))).toEqual([`slipway.yaml:${problem} is not supported yet`]);
  });

  test('a stage that ends below 100 %, whose other hosts nothing would watch', () => {
    expect(problemsIn(smallest.replace('[1, 100%]', '[1, 10%]'))).toEqual([
      'slipway.yaml:4:67 rollout.stages[0].batches[1]: a stage that ends below 100% is not supported yet: the last batch must be 100%',
    ]);
  });

  test('and everything else is checked all the same', () => {
    expect(problemsIn(smallest.replace('http: /healthz', 'http: healthz') + 'windows: []')).toEqual([
      'slipway.yaml:3:17 health.http: must be a path such as /healthz',
      'slipway.yaml:5:1 windows: `windows` is not supported yet',
    ]);
  });
});

describe('a mistake is named with its path, its place and what is allowed', () => {
  test.each([
    [
      'checkout',
      'Check_out',
      '1:10 service: must be lower-case letters, digits and hyphens, begin with a letter, and have at most 63 characters',
    ],
    ['service: checkout\n', '', '1:1 service: is missing: it must be a name'],
    ['command: [node, server.js]', 'comand: [a]', '2:1 run.command: is missing: it must be a list of arguments'],
    ['[node, server.js]', '[node, 8080]', '2:24 run.command[1]: must be text: write "8080" in quotes'],
    ['[node, server.js]', 'node server.js', '2:17 run.command: must be a list of arguments'],
    ['[node, server.js]', '[]', '2:17 run.command: must name at least one of arguments'],
    ['server.js]', 'server.js], env: { DEBUG: true }', '2:50 run.env.DEBUG: must be text: write "true" in quotes'],
    ['server.js]', 'server.js], env: { PORT: "80" }', '2:43 run.env.PORT: is set by Slipway itself'],
    ['server.js]', 'server.js], env: { "a b": c }', '2:43 run.env["a b"]: must be the name of an environment variable'],
    ['server.js]', 'server.js], env: { A: "\\0" }', '2:46 run.env.A: must not hold control characters'],
    ['server.js]', 'server.js], restart: never', '2:45 run.restart: must be one of stop-first, socket, overlap'],
    ['http: /healthz', 'interval: 1s', '3:9 health: must have exactly one of http, tcp, command and process'],
    ['/healthz', '/healthz, tcp: true', '3:9 health: must have exactly one of http, tcp, command and process'],
    ['http: /healthz', 'tcp: 8080', '3:16 health.tcp: must be true'],
    ['http: /healthz', 'process: false', '3:20 health.process: must be true'],
    ['http: /healthz', 'command: ./check', '3:20 health.command: must be a list of arguments'],
    ['/healthz', '/healthz, healthyAfter: 0', '3:41 health.healthyAfter: must be a whole number from 1 to 100'],
    ['/healthz', '/healthz, healthyAfter: 1e400', '3:41 health.healthyAfter: must be a whole number from 1 to 100'],
    ['/healthz', '/healthz, interval: 5', '3:37 health.interval: must be a duration such as 250ms, 5s, 10m or 4h'],
    ['/healthz', '/healthz, interval: 1ms', '3:37 health.interval: must be from 50ms to 10m'],
    [
      '/healthz',
      '/healthz, interval: 6s',
      '3:1 health.startPeriod: is too short for healthyAfter checks at this interval: no instance could ever become healthy',
    ],
    [
      'name: all',
      'name: All',
      '4:29 rollout.stages[0].name: must be lower-case letters, digits and hyphens, begin with a letter, and have at most 63 characters',
    ],
    [
      '[eu-west]',
      '[eu-west, eu-west]',
      '4:53 rollout.stages[0].regions[1]: eu-west stands in stage all already: a region goes once in a deployment',
    ],
    [
      '[1, 100%]',
      '[0, 100%]',
      '4:64 rollout.stages[0].batches[0]: must be a number of hosts such as 1, or a percentage such as 10%',
    ],
    [
      '[1, 100%]',
      '[1.5, 100%]',
      '4:64 rollout.stages[0].batches[0]: must be a number of hosts such as 1, or a percentage such as 10%',
    ],
    [
      '[1, 100%]',
      '[all]',
      '4:64 rollout.stages[0].batches[0]: must be a number of hosts such as 1, or a percentage such as 10%',
    ],
    ['[1, 100%]', '[1, 200%]', '4:67 rollout.stages[0].batches[1]: must be above 0% and at most 100%'],
    ['[1, 100%]', '[2, 1, 100%]', '4:67 rollout.stages[0].batches[1]: must be more than 2, the batch before it'],
    ['[1, 100%]', '[5%, 5%, 100%]', '4:68 rollout.stages[0].batches[1]: must be more than 5%, the batch before it'],
    [
      '[1, 100%]',
      '[5%, 20, 100%]',
      '4:68 rollout.stages[0].batches[1]: numbers of hosts must stand before percentages',
    ],
    [
      '[1, 100%]',
      `[${Array.from({ length: 20 }, (_, i) => i + 1).join()}, 100%]`,
      '4:63 rollout.stages[0].batches: must have at most 20',
    ],
    ['rollout: {', 'rollout: { budget: { failed: 5 },', '4:30 rollout.budget.failed: must be a percentage such as 5%'],
    [
      'rollout: {',
      'rollout: { budget: { cap: 99999999999999999999 },',
      '4:27 rollout.budget.cap: must be a whole number from 0 to 1000000',
    ],
    ['rollout: {', 'rollout: { absentAfter: 1s,', '4:25 rollout.absentAfter: must be from 3s to 1h'],
  ])('%s → %s', (before, after, problem) => {
    expect(problemsIn(smallest.replace(before, after))).toContain(`slipway.yaml:${problem}`);
  });

  test.each([
    ['approve: { roles: [king] }', '5:20 approve.roles[0]: must be one of deployer, release-owner, operator'],
    [
      'approve: { teams: [Pay] }',
      '5:20 approve.teams[0]: must be lower-case letters, digits and hyphens, begin with a letter, and have at most 63 characters',
    ],
    [
      'approve: { quorum: 1, among: [{ quorum: 2, teams: [a] }] }',
      '5:30 approve.among: asks for 2 persons, and quorum for 1',
    ],
    ['approve: { among: [{ quorum: 1 }] }', '5:20 approve.among[0]: must have roles, teams or both'],
    ['approve: { breakGlass: anyone }', '5:24 approve.breakGlass: must be one of one-with-review, two-persons, never'],
    ['approve: { expires: 200h }', '5:21 approve.expires: must be from 1m to 168h'],
    ['build: { output: ../secrets }', '5:18 build.output: must be a relative path without "..", such as dist'],
    ['build: { output: /etc }', '5:18 build.output: must be a relative path without "..", such as dist'],
    ['build: { run: "\\ud800" }', '5:15 build.run: must not hold control characters'],
    ['build: { run: "a\\0b" }', '5:15 build.run: must not hold control characters'],
    ['build:', '5:7 build: is empty'],
    ['build: make', '5:8 build: must be a mapping of names to values'],
    ['rollback: { automatic: yes }', '5:24 rollback.automatic: must be true or false'],
    ['aprove: {}', '5:1 aprove: is not known here: did you mean approve?'],
    [
      'xyz: 1',
      '5:1 xyz: is not known here: allowed are service, build, checks, run, health, approve, hooks, compatibleWith, rollout, rollback',
    ],
    ['rollback: { lockafter: true }', '5:13 rollback.lockafter: is not known here: did you mean lockAfter?'],
  ])('%s', (line, problem) => expect(problemsIn(smallest + line)).toEqual([`slipway.yaml:${problem}`]));

  test('two stages of one name, and one region in both', () => {
    const stages = '[{ name: a, regions: [x], batches: [100%] }, { name: a, regions: [x], batches: [100%] }]';
    expect(problemsIn(smallest.replace(/stages: \[.*\] \}/, `stages: ${stages} }`))).toEqual([
      'slipway.yaml:4:73 rollout.stages[1].name: another stage is called a',
      'slipway.yaml:4:86 rollout.stages[1].regions[0]: x stands in stage a already: a region goes once in a deployment',
    ]);
  });

  test('more regions than one admission can name', () => {
    const regions = (from: number): string => Array.from({ length: 200 }, (_, i) => `r${from + i}`).join();
    const stage = (name: string, from: number): string =>
      `{ name: ${name}, regions: [${regions(from)}], batches: [100%] }`;
    const stages = `stages: [${stage('a', 0)}, ${stage('b', 200)}] }`;
    expect(problemsIn(smallest.replace(/stages: \[.*\] \}/, stages))).toEqual([
      'slipway.yaml:4:20 rollout.stages: must name at most 256 regions in all',
    ]);
  });

  test('in the order of the file, and no more than twenty', () => {
    const result = parseServiceSpec(Array.from({ length: 6000 }, (_, i) => `k${i}: 1`).join('\n'));
    const lines = result.ok ? [] : result.problems.map(({ line }) => line);
    expect(lines).toHaveLength(20);
    expect(lines).toEqual(lines.toSorted((a, b) => a - b));
  });

  test('with the name of the file where it is about all of it', () => {
    expect(parseServiceSpec('', 'web/slipway.yaml')).toEqual({
      ok: false,
      problems: [{ path: 'web/slipway.yaml', line: 1, column: 1, message: 'is empty' }],
    });
  });
});

test('no text whatever makes the parser throw', () => {
  const pieces = fc.constantFrom(
    ...Array.from('[]{}:,-?|>&*!%@`"\'#\n\t \0'),
    'a',
    '1',
    'service',
    'rollout',
    '<<',
    '__proto__',
    '---',
  );
  const texts = fc.oneof(
    fc.array(pieces, { maxLength: 60 }).map((list) => list.join('')),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const result = parseServiceSpec(smallest + text);
      return (
        result.ok || result.problems.every(({ line, column, message }) => line > 0 && column > 0 && message !== '')
      );
    }),
    { numRuns: 500 },
  );
});

test('the schema has a JSON form with a description and a default for editors and docs', () => {
  const schema = z.toJSONSchema(serviceSpecSchema, { io: 'input' });
  expect(schema.required).toEqual(['service', 'run', 'health', 'rollout']);
  expect(schema.properties?.['health']).toMatchObject({ properties: { interval: { type: 'string', default: '2s' } } });
});

describe('a spec that somebody else parsed', () => {
  test.each([
    ['the smallest', smallest],
    ['the whole', whole],
  ])('is right when it is one that parsing gives: %s', (_, text) => {
    expect(parsedSpecMistake(accepted(text))).toBeNull();
  });

  test.each<[string, (spec: ServiceSpec) => unknown, RegExp]>([
    [
      'a budget above all',
      (s) => ({ ...s, rollout: { ...s.rollout, budget: { failedPercent: 101, cap: 1 } } }),
      /failed/,
    ],
    ['no stage', (s) => ({ ...s, rollout: { ...s.rollout, stages: [] } }), /rollout\.stages/],
    ['a time of half a millisecond', (s) => ({ ...s, health: { ...s.health, intervalMs: 100.5 } }), /health\.interval/],
    ['a field more', (s) => ({ ...s, sudo: true }), /holds what no spec holds/],
    ['a field less', (s) => ({ ...s, health: undefined }), /not a spec/],
  ])('is refused with %s', (_, change, mistake) => {
    expect(parsedSpecMistake(change(accepted(whole)) as ServiceSpec)).toMatch(mistake);
  });

  test('is refused whatever it is', () => {
    fc.assert(fc.property(fc.anything(), (any) => parsedSpecMistake(any as ServiceSpec) !== null));
  });
});

describe('hooks', () => {
  const withHooks = `${smallest}hooks:
  before: [{ run: ./migrate up, undo: ./migrate down, timeout: 5m, destructive: true }]
  region: { after: [{ run: ./warm-up, mayStay: true }] }
compatibleWith: none
`;

  test('are read with their defaults, and give the same spec when it is written out and read again', () => {
    const spec = accepted(withHooks);
    expect(spec.hooks).toEqual({
      before: [{ run: './migrate up', undo: './migrate down', timeoutMs: 300_000, mayStay: false, destructive: true }],
      after: [],
      region: {
        before: [],
        after: [{ run: './warm-up', undo: null, timeoutMs: 600_000, mayStay: true, destructive: false }],
      },
    });
    expect(spec.compatibleWith).toBe('none');
    expect(parsedSpecMistake(spec)).toBeNull();
  });

  test.each(['', 'hooks: {}\n', 'hooks: { before: [], region: { after: [] } }\ncompatibleWith: previous\n'])(
    'that are none leave the spec as it was before there were any: %j',
    (text) => {
      expect(accepted(smallest + text)).toEqual(accepted(smallest));
      expect(accepted(smallest + text)).not.toHaveProperty('hooks');
    },
  );

  const eleven = `[${Array.from({ length: 11 }, () => '{ run: a }').join(', ')}]`;
  test.each([
    ['{ before: [{ undo: ./down }] }', '5:19 hooks.before[0].run: is missing: it must be a shell command line'],
    ['{ before: [./up] }', '5:19 hooks.before[0]: must be a mapping of names to values'],
    ['{ after: { run: ./up } }', '5:17 hooks.after: must be a list of hooks'],
    ['{ after: [{ run: a, timeout: 0s }] }', '5:37 hooks.after[0].timeout: must be from 1s to 6h'],
    ['{ after: [{ run: a, unde: b }] }', '5:28 hooks.after[0].unde: is not known here: did you mean undo?'],
    [`{ before: ${eleven} }`, '5:18 hooks.before: must have at most 10'],
    [
      '{ region: { before: [{ run: a, undo: b, mayStay: true }] } }',
      '5:57 hooks.region.before[0].mayStay: says that nothing is to be undone, but there is an undo: leave out one',
    ],
    [
      '{ before: [{ run: a, destructive: true }] }',
      '5:42 hooks.before[0].destructive: is about the undo, and there is none',
    ],
  ])('%s is a mistake', (hooks, problem) => {
    expect(problemsIn(`${smallest}hooks: ${hooks}\n`)).toEqual([`slipway.yaml:${problem}`]);
  });

  test('compatibleWith is one of two words', () => {
    expect(problemsIn(`${smallest}compatibleWith: all\n`)).toEqual([
      'slipway.yaml:5:17 compatibleWith: must be previous or none',
    ]);
  });
});

describe('how an instance is run', () => {
  const run = (line: string) => smallest.replace('command: [node, server.js]', `command: [a], ${line}`);

  test('may be said in all parts, and is left out of what is signed where it is not', () => {
    const all =
      'restart: overlap, stop: { signal: SIGINT }, drain: { command: [./leave], delay: 5s }, user: web, umask: "027", ' +
      'workingDirectory: app, limits: { memory: 512MiB, cpus: 1.5, processes: 200, files: 4096 }';
    expect(accepted(run(all)).run).toStrictEqual({
      command: ['a'],
      env: {},
      restart: 'overlap',
      stop: { signal: 'SIGINT', graceMs: 10_000 },
      drain: { command: ['./leave'], delayMs: 5_000, timeoutMs: 10_000 },
      user: 'web',
      umask: '027',
      workingDirectory: 'app',
      limits: { memoryBytes: 512 * 1024 * 1024, cpus: 1.5, processes: 200, files: 4096 },
    });
    expect(parsedSpecMistake(accepted(run(all)))).toBeNull();
    expect(accepted(run('restart: socket')).run).toStrictEqual({ command: ['a'], env: {}, restart: 'socket' });
    expect(parsedSpecMistake(accepted(run('limits: { memory: 1GiB }')))).toBeNull();
  });

  test.each([
    ['stop: { signal: SIGKILL }', 'run.stop.signal: must be one of SIGTERM, SIGINT, SIGQUIT, SIGHUP'],
    ['stop: { grace: 11m }', 'run.stop.grace: must be from 10ms to 10m'],
    ['drain: { timeout: 5s }', 'run.drain: must have a command, a delay or both'],
    ['drain: { command: ./leave }', 'run.drain.command: must be a list of arguments'],
    ['user: "web; id"', 'run.user: must be the name of an account'],
    ['umask: 027', 'run.umask: must be three octal digits in quotes'],
    ['umask: "28"', 'run.umask: must be three octal digits in quotes'],
    ['workingDirectory: ../x', 'run.workingDirectory: must be a relative path without ".."'],
    ['limits: {}', 'run.limits: must name at least one'],
    ['limits: { memory: 512M }', 'run.limits.memory: must be a size such as 512MiB or 2GiB'],
    ['limits: { memory: 1KiB }', 'run.limits.memory: must be from 4MiB to 4096GiB'],
    ['limits: { cpus: 0 }', 'run.limits.cpus: must be a number of processors from 0.01 to 1024'],
    ['limits: { files: 1 }', 'run.limits.files: must be a whole number from 16 to 10000000'],
  ])('%s is refused', (line, problem) => {
    expect(problemsIn(run(line))).toEqual([expect.stringContaining(problem)]);
  });

  test('secrets are named, for variables and for files, and only their names are signed', () => {
    const all = 'secrets: { env: { DB_URL: db-url }, files: { tls.key: tls-key } }';
    expect(accepted(run(all)).run.secrets).toStrictEqual({
      env: { DB_URL: 'db-url' },
      files: { 'tls.key': 'tls-key' },
    });
    for (const some of [all, 'secrets: { env: { A: a } }', 'secrets: { files: { a: a } }'])
      expect(parsedSpecMistake(accepted(run(some)))).toBeNull();
  });

  test.each([
    ['secrets: [DB_URL]', 'run.secrets: must be a mapping of names to values'],
    ['secrets: {}', 'run.secrets: must name at least one'],
    ['secrets: { env: { DB_URL: ../db } }', 'run.secrets.env.DB_URL: must be letters, digits'],
    ['secrets: { env: { PORT: port } }', 'run.secrets.env.PORT: is set by Slipway itself'],
    [
      'secrets: { env: { CREDENTIALS_DIRECTORY: a } }',
      'run.secrets.env.CREDENTIALS_DIRECTORY: is set by Slipway itself',
    ],
    ['secrets: { files: { ../key: a } }', 'must be the name of a file'],
    ['env: { A: x }, secrets: { env: { A: a } }', 'run.secrets.env.A: stands in run.env, too: leave out one'],
    [
      'env: { CREDENTIALS_DIRECTORY: x }, secrets: { files: { a: a } }',
      'run.env.CREDENTIALS_DIRECTORY: is set by Slipway itself, for run.secrets.files',
    ],
  ])('%s is refused', (line, problem) => {
    expect(problemsIn(run(line))).toEqual([expect.stringContaining(problem)]);
  });

  test('the agent itself is given none: no keeper starts it', () => {
    const own = run('secrets: { env: { A: a } }').replace(/service: \w+/, 'service: slipway-agent');
    expect(problemsIn(own)).toEqual([expect.stringContaining("run.secrets: can't be given to slipway-agent")]);
  });

  test('a socket takes connections whoever listens: a connection says nothing of the instance', () => {
    expect(problemsIn(run('restart: socket').replace('http: /healthz', 'tcp: true'))).toEqual([
      'slipway.yaml:3:16 health.tcp: says nothing with run.restart: socket: use http, command or process',
    ]);
  });
});
