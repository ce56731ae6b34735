import { parseArgs } from 'node:util';
import { isName, type ServiceName } from '../../domain/names.ts';
import { usageError } from './command-error.ts';

/** In the order of the help. */
export const verbs = {
  status: 'what runs here, how healthy it is, pins, the last goal and its age, whether the agent runs',
  rollback: 'back to what ran before, and pinned to it: needs no network, no space, no agent',
  unpin: 'obey the goal again',
  goal: 'the goal taken up, as it was signed, and whether its signature holds',
  verify: 'every byte on disk against the signed documents, without network',
  logs: "the instance's output",
  doctor: 'what is wrong with this host',
  stop: 'end all instances and keepers, for whoever takes the host out; the agent must have ended',
  run: 'the agent itself, for the init system',
} as const;
export type Verb = keyof typeof verbs;

export interface CommandLine {
  readonly verb: Exclude<Verb, 'run'>;
  readonly service: ServiceName | null;
  readonly json: boolean;
  /** Another file than /etc/slipway/agent.env. */
  readonly config: string | undefined;
  readonly timeoutMs: number;
  readonly follow: boolean;
  readonly lines: number;
}

const defaultTimeoutSeconds = 60;
const defaultLines = 100;

const options = {
  json: { type: 'boolean', default: false },
  config: { type: 'string' },
  timeout: { type: 'string', default: String(defaultTimeoutSeconds) },
  follow: { type: 'boolean', short: 'f', default: false },
  lines: { type: 'string', short: 'n', default: String(defaultLines) },
} as const;

/** @throws CommandError (usage) */
export function readCommandLine(args: readonly string[]): CommandLine {
  const { values, positionals } = parsed(args);
  const [verb, service, ...more] = positionals;
  if (verb === undefined || !Object.hasOwn(verbs, verb) || verb === 'run') {
    throw usageError(verb === undefined ? 'a verb is missing' : `there is no verb ${JSON.stringify(verb)}`);
  }
  const onlyHost = verb === 'status' || verb === 'doctor' || verb === 'stop';
  if (more.length > 0 || (onlyHost && service !== undefined)) {
    throw usageError(`${verb} takes ${onlyHost ? 'no argument' : 'one service'}`);
  }
  if (service !== undefined && !isName(service)) throw usageError(`${JSON.stringify(service)} is no service name`);
  return {
    verb: verb as CommandLine['verb'],
    service: (service ?? null) as ServiceName | null,
    json: values.json,
    config: values.config,
    timeoutMs: counted(values.timeout, '--timeout', 'seconds') * 1_000,
    follow: values.follow,
    lines: counted(values.lines, '--lines', 'lines'),
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw usageError((error as Error).message.split('. ')[0]!.replace(/\.$/, ''));
  }
}

function counted(text: string, name: string, unit: string): number {
  if (!/^\d{1,6}$/.test(text)) throw usageError(`${name} is ${JSON.stringify(text)}: it should be a number of ${unit}`);
  return Number(text);
}

export const helpText = `slipway-agent <verb> [<service>]

${Object.entries(verbs)
  .map(([verb, purpose]) => `  ${verb.padEnd(9)} ${purpose}`)
  .join('\n')}

  --json              one JSON document on stdout; a failure is a problem on stderr
  --config <file>     instead of /etc/slipway/agent.env (also SLIPWAY_AGENT_ENV)
  --timeout <s>       rollback: until the instance must have been seen healthy (${defaultTimeoutSeconds})
  -f, --follow        logs: go on
  -n, --lines <n>     logs: the last so many (${defaultLines})

Exit codes: 0 done; 1 a fault, or verify and doctor found something; 2 usage; 3 refused: nothing to go back to; 4 not
allowed; 6 rolled back, and not healthy there; 7 not seen healthy in time; 8 no such service.
`;
