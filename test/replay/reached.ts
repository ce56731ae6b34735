/** What histories show that workflows came to, and what their sources say that they can come to. */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

interface HistoryEvent {
  readonly eventType: string;
  readonly workflowExecutionStartedEventAttributes?: {
    readonly workflowType: { readonly name: string };
    readonly continuedExecutionRunId?: string;
  };
  readonly activityTaskScheduledEventAttributes?: { readonly activityType: { readonly name: string } };
  readonly workflowExecutionSignaledEventAttributes?: { readonly signalName: string };
  readonly workflowExecutionUpdateAcceptedEventAttributes?: {
    readonly acceptedRequest: { readonly input: { readonly name: string } };
  };
  readonly markerRecordedEventAttributes?: unknown;
}

/** Names, each with what it is: `event batch-advanced`, `activity copyRelease`, `patch …`, `lane continues`, `lane is continued`. */
export function reachedIn(history: string): ReadonlySet<string> {
  const { events } = JSON.parse(history) as { readonly events: readonly HistoryEvent[] };
  const started = events[0]!.workflowExecutionStartedEventAttributes!;
  const type = started.workflowType.name;
  const isContinued = (started.continuedExecutionRunId ?? '') !== '';
  const continues = events.at(-1)!.eventType.endsWith('CONTINUED_AS_NEW');
  return new Set([
    ...(isContinued ? [`${type} is continued`] : []),
    ...(continues ? [`${type} continues`] : []),
    ...events.flatMap(reachedBy),
  ]);
}

function reachedBy(event: HistoryEvent): readonly string[] {
  const activity = event.activityTaskScheduledEventAttributes?.activityType.name;
  const signal = event.workflowExecutionSignaledEventAttributes?.signalName;
  const update = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest.input.name;
  const told = payloadsOf(event).flatMap((text) => [...text.matchAll(/"event":"([\w-]+)"/g)]);
  const patches = payloadsOf(event.markerRecordedEventAttributes).flatMap((text) => [
    ...text.matchAll(/^\{"id":"([\w-]+)"/g),
  ]);
  return [
    ...(activity === undefined ? [] : [`activity ${activity}`]),
    ...(signal === undefined ? [] : [`signal ${signal}`]),
    ...(update === undefined ? [] : [`update ${update}`]),
    ...told.map(([, name]) => `event ${name}`),
    ...patches.map(([, name]) => `patch ${name}`),
  ];
}

/** The JSON texts in it, whatever it is. */
function payloadsOf(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('data' in value && typeof value.data === 'string' && 'metadata' in value)
    return [Buffer.from(value.data, 'base64').toString('utf8')];
  return Object.values(value).flatMap(payloadsOf);
}

const sources = (pattern: string): readonly string[] =>
  globSync(pattern, { cwd: root, exclude: ['**/*.test.ts'] }).map((file) =>
    readFileSync(path.join(root, file), 'utf8'),
  );

const found = (texts: readonly string[], pattern: RegExp): readonly RegExpExecArray[] =>
  texts.flatMap((text) => [...text.matchAll(pattern)]);

/** In the names of `reachedIn`; what stands for a part that is only known when it runs is `*`. */
export function reachable(): readonly string[] {
  const workflows = sources('workflows/**/*.ts');
  const events = found(workflows, /\bevent(?::| =) (?:[^;,\n]*?\? )?(['`])([^'`]+)\1(?: : '([^']+)')?/g);
  const messages = found(sources('workflows/messages/*.ts'), /define(Signal|Update)(?:<[^;]*?>)?\(\s*'(\w+)'/g);
  const contracts = found(
    sources('activities/*/contract.ts'),
    /interface \w*Activities (?:extends .*? )?\{([^]*?)\n\}/g,
  );
  const activities = contracts.flatMap(([, body]) => [...body!.matchAll(/^ {2}(\w+)\(/gm)]);
  const continuing = found(workflows, /\bcontinueAsNew<typeof (\w+)>/g);
  const all = [
    ...events.flatMap(([, , one, other]) => [one!, ...(other === undefined ? [] : [other])]).map((it) => `event ${it}`),
    ...messages.map(([, kind, name]) => `${kind!.toLowerCase()} ${name}`),
    ...activities.map(([, name]) => `activity ${name}`),
    ...found(workflows, /\bpatched\('([\w-]+)'\)/g).map(([, name]) => `patch ${name}`),
    ...continuing.flatMap(([, name]) => [`${name} continues`, `${name} is continued`]),
  ];
  return [...new Set(all.map((name) => name.replaceAll(/\$\{\w+\}/g, '*')))];
}

/** Those that no history shows. */
export function notReached(wanted: readonly string[], reached: ReadonlySet<string>): readonly string[] {
  const shows = (name: string): boolean =>
    name.includes('*')
      ? [...reached].some((each) => new RegExp(`^${name.replaceAll('*', '.+')}$`).test(each))
      : reached.has(name);
  return wanted.filter((name) => !shows(name));
}
