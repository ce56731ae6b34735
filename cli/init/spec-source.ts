import type { Guess, Note } from './project.ts';

export interface SpecParts {
  readonly service: string;
  readonly guess: Guess;
  readonly regions: readonly string[];
  /** Whether the regions are the ones that there are. */
  readonly regionsKnown: boolean;
}

/** `slipway.yaml` for a project, with a comment where a person should look. */
export function specSource({ service, guess, regions, regionsKnown }: SpecParts): string {
  const { found, build, output, checks, command, health, notes } = guess;
  const comments = (place: Note['about']): string[] =>
    notes.flatMap(({ about, text: note }) => (about === place ? [`  # ${note}`] : []));
  return [
    `# How ${service} is built, run and rolled out. Made by slipway init for ${found}.`,
    '# Check it after each change: slipway validate',
    `service: ${service}`,
    '',
    ...(build === null && output === '.'
      ? ['# Nothing is built: the whole folder is released, but .git.']
      : [
          'build:',
          ...(build === null ? [] : [`  run: ${text(build)}`]),
          `  output: ${text(output)}   # the folder that is released`,
          ...comments('build.output'),
          '  timeout: 10m',
        ]),
    '',
    ...(checks === null
      ? ['# checks: { run: ./test.sh }   # must succeed before anybody is asked to approve']
      : ['checks:', `  run: ${text(checks)}   # must succeed before anybody is asked to approve`]),
    '',
    'run:',
    `  command: [${command.map(text).join(', ')}]   # started in the released folder; PORT says where to listen`,
    ...comments('run.command'),
    '  # env: { LOG: info }',
    '',
    'health:',
    `  http: ${text(health)}   # GET on its own port: 2xx and 3xx are healthy`,
    '  startPeriod: 30s   # not healthy by then: the start has failed, and the host goes back',
    '',
    'approve:',
    '  quorum: 1   # leave approve out and a merge goes live by itself',
    '  roles: [release-owner]',
    '',
    'rollout:',
    ...stages(regions, regionsKnown),
    '  budget: { failed: 5%, cap: 50 }   # more failed hosts than this, and it stops and undoes itself',
    '',
  ].join('\n');
}

function stages(regions: readonly string[], known: boolean): string[] {
  const [first = 'eu-west', ...others] = regions;
  return [
    '  stages:',
    ...(known ? [] : ['    # Slipway did not answer, so these regions are a guess: slipway list regions']),
    ...(others.length === 0
      ? [`    - { name: world, regions: [${first}], batches: [1, 50%, 100%], bake: 30s }`]
      : [
          `    - { name: canary, regions: [${first}], batches: [1, 100%], bake: 30s }`,
          `    - { name: world, regions: [${others.join(', ')}], batches: [1, 50%, 100%], bake: 30s }`,
        ]),
  ];
}

/** A YAML scalar: JSON's strings are YAML's too. */
const text = (value: string): string =>
  /^[A-Za-z./][\w./-]*$/.test(value) && !reserved.test(value) ? value : JSON.stringify(value);
const reserved = /^(true|false|null|yes|no|on|off|~)$/i;
