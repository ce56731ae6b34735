/** How an instance is started on a host, changed over and ended, as a spec writes it. */
import { z } from 'zod';
import { filesVariable, isSecretName, mostSecretsOfAKind } from '../domain/secret/secret-names.ts';
import { driftPolicies, restartModes, stopSignals, type RunConfig } from '../domain/spec/service-spec.ts';
import { countField, durationField, list, mapping, relativeFolder, ruled, textField } from './service-spec-fields.ts';

const second = 1_000;
const minute = 60 * second;

const environmentName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'must be the name of an environment variable')
  .refine((name) => !/^(PORT|STATE_DIRECTORY|LISTEN_\w+|SLIPWAY_\w*)$/.test(name), 'is set by Slipway itself');

const atMost = (max: number) => (map: object) => Object.keys(map).length <= max;

const argv = () => list(textField(4096, 'text'), 256, 'arguments');

const choice = <const Values extends readonly string[]>(values: Values) =>
  z
    .enum(values, { error: `must be one of ${values.join(', ')}` })
    .meta({ allowed: values.map((value) => `\`${value}\``).join(', ') });

const sizeUnits = { KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const;
const sizePattern = /^(\d{1,10})(KiB|MiB|GiB)$/;
const sizeForm = 'must be a size such as 512MiB or 2GiB';
const sizeField = z
  .string({ error: sizeForm })
  .regex(sizePattern, sizeForm)
  .transform((text) => {
    const [, number, unit] = sizePattern.exec(text) ?? [];
    return Number(number) * sizeUnits[unit as keyof typeof sizeUnits];
  })
  .refine((bytes) => bytes >= 4 * sizeUnits.MiB && bytes <= 4096 * sizeUnits.GiB, 'must be from 4MiB to 4096GiB')
  .meta({ allowed: 'size from 4MiB to 4096GiB' });

const cpusForm = 'must be a number of processors from 0.01 to 1024, such as 1.5';
const cpusField = z
  .number({ error: cpusForm })
  .refine((cpus) => cpus >= 0.01 && cpus <= 1024 && Math.abs(cpus * 100 - Math.round(cpus * 100)) < 1e-6, cpusForm)
  .meta({ allowed: 'processors from 0.01 to 1024, at most two decimals' });

const stop = mapping({
  signal: choice(stopSignals).prefault('SIGTERM').describe('Sent to the process and all of its group.'),
  grace: durationField(10, 10 * minute)
    .prefault('10s')
    .describe('What is left after this long is killed.'),
});

const drain = ruled(
  mapping({
    command: argv()
      .optional()
      .describe('argv, run in the artifact; `PORT` is that of the instance that ends. One that fails stops nothing.'),
    delay: durationField(0, 10 * minute)
      .prefault('0s')
      .describe('Waited after the command: what a balancer needs to send nothing more.'),
    timeout: durationField(10, 10 * minute)
      .prefault('10s')
      .describe('A command that takes longer is killed.'),
  }),
  ({ command, delay }) =>
    command === undefined && delay === 0 ? [{ path: [], message: 'must have a command, a delay or both' }] : [],
);

const limits = ruled(
  mapping({
    memory: sizeField.optional().describe('Of all its processes; above it the kernel ends the instance.'),
    cpus: cpusField.optional().describe("Processors' time; above it the instance waits."),
    processes: countField(1, 1_000_000).optional().describe('Processes and threads at a time.'),
    files: countField(16, 10_000_000).optional().describe('Open files of each process.'),
  }),
  (each) =>
    Object.values(each).every((limit) => limit === undefined) ? [{ path: [], message: 'must name at least one' }] : [],
);

const secretName = z
  .string({ error: 'must be the name of a secret' })
  .refine(
    isSecretName,
    'must be letters, digits, `.`, `_` and `-`, begin with a letter or digit, and have at most 128',
  );

const secretsBy = (key: z.ZodString, what: string) =>
  z
    .record(key, secretName, { error: `must be a mapping of ${what} to names of secrets` })
    .refine(atMost(mostSecretsOfAKind), `must have at most ${mostSecretsOfAKind}`)
    .meta({ allowed: `mapping of at most ${mostSecretsOfAKind} ${what} to names of secrets` })
    .optional();

const secrets = ruled(
  mapping({
    env: secretsBy(
      environmentName.refine((name) => name !== filesVariable, 'is set by Slipway itself'),
      'variables',
    ).describe('Environment variable ← name of a secret. One newline at its end is left out.'),
    files: secretsBy(z.string().refine(isSecretName, 'must be the name of a file'), 'files').describe(
      'File ← name of a secret. They lie in memory, in the folder that `CREDENTIALS_DIRECTORY` names.',
    ),
  }),
  ({ env, files }) =>
    Object.keys({ ...env, ...files }).length === 0 ? [{ path: [], message: 'must name at least one' }] : [],
);

export const runField = mapping({
  command: argv().describe('argv, started in the artifact; not a shell line.'),
  on: z
    .record(z.string().regex(/^[A-Za-z0-9][\w./-]{0,62}$/, 'must be the name of a label'), textField(63, 'text'), {
      error: 'must be a mapping of labels to values',
    })
    .refine(atMost(16), 'must have at most 16 labels')
    .meta({ allowed: 'mapping of at most 16 labels to text of at most 63 characters' })
    .prefault({})
    .describe('Labels that a host must carry, all of them; left out, every host of a region.'),
  env: z
    .record(environmentName, textField(4096, 'text', 0), { error: 'must be a mapping of names to text' })
    .refine(atMost(128), 'must have at most 128 variables')
    .meta({ allowed: 'mapping of at most 128 names to text of at most 4096 characters' })
    .prefault({})
    .describe(
      'Environment of an instance. What Slipway sets itself is refused: `PORT`, `STATE_DIRECTORY`, `SLIPWAY_…`.',
    ),
  secrets: secrets
    .optional()
    .describe('What its region gives an instance at each start: names only. Left out, nothing.'),
  restart: choice(restartModes)
    .prefault('stop-first')
    .describe(
      'How a host changes over. `stop-first`: the old instance ends before the new one starts. ' +
        '`socket`: the same, and connections wait in a listening socket that the instance is handed (`LISTEN_FDS`). ' +
        '`overlap`: the new one is healthy on a port of its own before the old one is drained and ends.',
    ),
  stop: stop.optional().describe('How an instance is asked to end. Left out, SIGTERM and 10 s.'),
  drain: drain.optional().describe('What comes before that. Left out, nothing.'),
  user: z
    .string({ error: 'must be the name of an account' })
    .regex(/^[a-z_][a-z0-9_-]{0,31}$/, 'must be the name of an account')
    .meta({ allowed: 'name of an account: lower-case letters, digits, `_` and `-`, at most 32' })
    .optional()
    .describe("Account on the host under which it runs. Left out, the agent's."),
  umask: z
    .string({ error: 'must be three octal digits in quotes, such as "027"' })
    .regex(/^[0-7]{3}$/, 'must be three octal digits in quotes, such as "027"')
    .meta({ allowed: 'three octal digits, in quotes' })
    .optional()
    .describe('Rights that its new files lack. Left out, `"077"`.'),
  workingDirectory: relativeFolder
    .optional()
    .describe('Folder of the artifact in which it starts. Left out, its root.'),
  limits: limits.optional().describe('What it may use. Left out, what the host gives.'),
  drift: choice(driftPolicies)
    .optional()
    .describe(
      'What a host does when its installed tree was changed by hand or by a fault. `mend`: it makes a fresh tree and ' +
        'starts that as `restart` says, at most 3 times an hour. `report`: it only says what differs. Left out, `mend`.',
    ),
});
type WrittenRun = z.infer<typeof runField>;

export const runOf = ({ command, env, restart, ...written }: WrittenRun): RunConfig => {
  const { secrets, stop: ending, drain: draining, user, umask, workingDirectory, limits: most, drift } = written;
  return {
    command,
    env,
    restart,
    ...(secrets && { secrets: secretsOf(secrets) }),
    ...(ending && { stop: { signal: ending.signal, graceMs: ending.grace } }),
    ...(draining && {
      drain: { command: draining.command ?? null, delayMs: draining.delay, timeoutMs: draining.timeout },
    }),
    ...(user !== undefined && { user }),
    ...(umask !== undefined && { umask }),
    ...(workingDirectory !== undefined && { workingDirectory }),
    ...(most && {
      limits: {
        ...(most.memory !== undefined && { memoryBytes: most.memory }),
        ...(most.cpus !== undefined && { cpus: most.cpus }),
        ...(most.processes !== undefined && { processes: most.processes }),
        ...(most.files !== undefined && { files: most.files }),
      },
    }),
    ...(drift !== undefined && { drift }),
  };
};

const secretsOf = ({ env, files }: NonNullable<WrittenRun['secrets']>): NonNullable<RunConfig['secrets']> => ({
  ...(env && { env }),
  ...(files && { files }),
});

/** As a person would have written it: reading it gives the same again. `on` stands apart in a spec. */
export const spelledOutRun = (run: RunConfig): Omit<z.input<typeof runField>, 'on'> => ({
  command: [...run.command],
  env: { ...run.env },
  restart: run.restart,
  ...(run.secrets && {
    secrets: {
      ...(run.secrets.env && { env: { ...run.secrets.env } }),
      ...(run.secrets.files && { files: { ...run.secrets.files } }),
    },
  }),
  ...(run.stop && { stop: { signal: run.stop.signal, grace: `${run.stop.graceMs}ms` } }),
  ...(run.drain && {
    drain: {
      ...(run.drain.command && { command: [...run.drain.command] }),
      delay: `${run.drain.delayMs}ms`,
      timeout: `${run.drain.timeoutMs}ms`,
    },
  }),
  ...(run.user !== undefined && { user: run.user }),
  ...(run.umask !== undefined && { umask: run.umask }),
  ...(run.workingDirectory !== undefined && { workingDirectory: run.workingDirectory }),
  ...(run.limits && { limits: spelledOutLimits(run.limits) }),
  ...(run.drift !== undefined && { drift: run.drift }),
});

const spelledOutLimits = ({ memoryBytes, cpus, processes, files }: NonNullable<RunConfig['limits']>) => ({
  ...(memoryBytes !== undefined && { memory: `${memoryBytes / sizeUnits.KiB}KiB` }),
  ...(cpus !== undefined && { cpus }),
  ...(processes !== undefined && { processes }),
  ...(files !== undefined && { files }),
});
