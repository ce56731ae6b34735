import type { Command } from 'commander';
import { covers } from '../../domain/fleet/freeze.ts';
import { scopeText } from '../../domain/progress/fleet-text.ts';
import { untilText } from '../../domain/progress/lock-text.ts';
import { clockTime, counted } from '../../domain/progress/plain-text.ts';
import type { Fleet, Freeze } from '../../protocol/api/fleet.ts';
import { printAccepted } from '../accepted.ts';
import { yesFlag } from '../dialog.ts';
import { agreeTo } from '../fleet/agree.ts';
import { fleetLines, policyText, unaskedLines } from '../fleet/fleet-text.ts';
import { namesOf, whenOf, type WhenFlags } from '../fleet/freeze-argument.ts';
import { timeArgument } from '../fleet/time-argument.ts';
import { callInsistently } from '../insistent-call.ts';
import { objectArgument } from '../object-argument.ts';
import { withSharedFlags, type Session, type SharedFlags } from '../session.ts';
import { UsageError } from '../usage-error.ts';
import type { CarryOut } from './command.ts';

interface ReasonFlags extends SharedFlags {
  readonly reason: string;
  readonly yes?: true;
}

interface StopFlags extends ReasonFlags {
  readonly policy: Freeze['policy'];
  readonly until?: string;
}

interface FreezeFlags extends ReasonFlags, WhenFlags {
  readonly policy: Freeze['policy'];
  readonly services?: string;
  readonly regions?: string;
}

const policies = ['finish', 'hold', 'undo'] as const;

/** `fleet`, `freeze`, `unfreeze`, `stop-the-line`, `start-the-line`, `pass`. */
export function addFleetCommands(program: Command, carryOut: CarryOut): void {
  withSharedFlags(program.command('fleet'))
    .description('what is frozen, and which deployments run and wait, over all services')
    .action((flags: SharedFlags) => carryOut(flags, fleet));
  const freezing = policyFlag(yesFlag(reasonOf(withSharedFlags(program.command('freeze')))))
    .description('let no deployment begin: once, every week or every year')
    .option('--services <names>', 'only these, such as cart,mail')
    .option('--regions <names>', 'only deployments that touch one of these')
    .option('--from <time>', 'begins then: 2h, 30m, or a time such as 2026-11-24T14:00:00Z; left out, now')
    .option('--until <time>', 'ends by itself then; left out, somebody has to end it')
    .option('--weekly <window>', 'every week, such as "fri-sun 18:00-06:00"')
    .option('--yearly <days>', 'every year, such as 12-20..01-03')
    .option('--zone <zone>', 'whose clocks those are, such as Europe/Berlin');
  freezing.action((flags: FreezeFlags) => carryOut(flags, (session) => freeze(session, flags)));
  reasonOf(withSharedFlags(program.command('unfreeze <freeze>')))
    .description('end a freeze, by its number')
    .option('--yes', 'nothing is asked anyway')
    .action((text: string, flags: ReasonFlags) => carryOut(flags, (session) => unfreeze(session, text, flags)));
  policyFlag(yesFlag(reasonOf(withSharedFlags(program.command('stop-the-line')))))
    .description('stop all deployments of all services')
    .option('--until <time>', 'starts by itself then: 2h, 30m, or a time')
    .action((flags: StopFlags) => carryOut(flags, (session) => stopTheLine(session, flags)));
  reasonOf(withSharedFlags(program.command('start-the-line')))
    .description('let deployments go on again')
    .option('--yes', 'nothing is asked anyway')
    .action((flags: ReasonFlags) => carryOut(flags, (session) => startTheLine(session, flags)));
  reasonOf(withSharedFlags(program.command('pass <deployment>')))
    .description('in an emergency, let one deployment past freezes, caps and its window')
    .option('--yes', 'nothing is asked anyway')
    .action((text: string, flags: ReasonFlags) => carryOut(flags, (session) => pass(session, text, flags)));
}

const reasonOf = (command: Command): Command => command.requiredOption('--reason <text>', 'why, for all to read');

const policyFlag = (command: Command): Command =>
  command.option(
    '--policy <policy>',
    `what becomes of deployments in progress: ${policies.join(', ')}`,
    (text: string) => {
      if ((policies as readonly string[]).includes(text)) return text;
      throw new UsageError(`--policy should be one of ${policies.join(', ')}`);
    },
    'hold',
  );

async function fleet({ client, output, interrupted: signal }: Session): Promise<void> {
  const shown = await client.call('showFleet', { signal });
  fleetLines(shown, new Date()).forEach((line) => output.line(line));
  output.document('fleet', shown, shown.stopped === null ? [] : ['slipway start-the-line --reason …']);
}

async function freeze(session: Session, flags: FreezeFlags): Promise<void> {
  const { client, output, interrupted: signal } = session;
  const when = whenOf(flags, Date.now());
  const [services, regions] = [namesOf(flags.services), namesOf(flags.regions)];
  await session.introduce();
  const scope = { services, regions } as unknown as Pick<Freeze, 'services' | 'regions'>;
  await sayWhatStops(session, flags, scope, 'Freeze');
  const { reason, policy } = flags;
  const body = { reason, policy, services, regions, when };
  const added = await callInsistently(client, 'addFreeze', { body, signal });
  const accepted = `freeze ${added.freeze}: ${scopeText(added)}, ${added.text}`;
  const inEffect =
    added.inEffect === null
      ? `from ${added.next === null ? 'its beginning' : clockTime(added.next)} on`
      : inEffectOf(added);
  printAccepted(output, 'freeze', { accepted, inEffect, next: `slipway unfreeze ${added.freeze} --reason …` }, added);
  await sayWhatGoesOn(session);
}

/** What began with an earlier version heeds no freeze: who relies on one has to know. It is in effect, whether this is told or not. */
async function sayWhatGoesOn({ client, output, interrupted: signal }: Session): Promise<void> {
  const shown = await client.call('showFleet', { signal }).catch(() => null);
  if (shown !== null) unaskedLines(shown.unasked, new Date()).forEach((line) => output.line(line));
}

const inEffectOf = ({ policy }: Freeze): string => `now: nothing begins, deployments in progress ${policyText[policy]}`;

/** How much it is about, before it is agreed to. */
async function sayWhatStops(
  session: Session,
  { policy, yes }: StopFlags | FreezeFlags,
  scope: Pick<Freeze, 'services' | 'regions'>,
  confirm: string,
): Promise<void> {
  if (yes) return;
  const { running } = await session.client.call('showFleet', { signal: session.interrupted });
  const meant = running.filter((slot) => covers(scope, slot));
  const lines = [
    `${confirm}: ${scopeText(scope)}`,
    `${counted(meant.length, 'deployment')} in progress ${policyText[policy]}`,
  ];
  await agreeTo(session, false, lines, confirm);
}

async function unfreeze(session: Session, text: string, { reason }: ReasonFlags): Promise<void> {
  const { client, output, interrupted: signal } = session;
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new UsageError(
      `${JSON.stringify(text.slice(0, 80))} should be the number of a freeze: slipway fleet lists them`,
    );
  await session.introduce();
  const ended = await callInsistently(client, 'endFreeze', { path: { freeze: text }, body: { reason }, signal });
  const accepted = `freeze ${ended.freeze} has ended`;
  printAccepted(output, 'unfreeze', { accepted, inEffect: goesOn, next: 'slipway fleet' }, ended);
}

const goesOn = 'now: what waited for it goes on by itself';

async function stopTheLine(session: Session, flags: StopFlags): Promise<void> {
  const { client, output, interrupted: signal } = session;
  const { reason, policy, until } = flags;
  const end = until === undefined ? {} : { until: timeArgument('--until', until, Date.now()) };
  await session.introduce();
  await sayWhatStops(session, flags, { services: [], regions: [] }, 'Stop the line');
  const stopped = await callInsistently(client, 'stopTheLine', { body: { reason, policy, ...end }, signal });
  const accepted = `the line is stopped by ${stopped.owner}${untilText({ until: stopped.inEffect?.until ?? undefined })}: "${stopped.reason}"`;
  const next = 'slipway start-the-line --reason …';
  printAccepted(output, 'stop-the-line', { accepted, inEffect: inEffectOf(stopped), next }, stopped);
  await sayWhatGoesOn(session);
}

async function startTheLine(session: Session, { reason }: ReasonFlags): Promise<void> {
  const { client, output, interrupted: signal } = session;
  await session.introduce();
  const shown: Fleet = await callInsistently(client, 'startTheLine', { body: { reason }, signal });
  const held = shown.freezes.filter(({ inEffect }) => inEffect !== null).length;
  const inEffect = held === 0 ? goesOn : `now, but for what ${counted(held, 'freeze')} still hold`;
  printAccepted(output, 'start-the-line', { accepted: 'the line runs', inEffect, next: 'slipway fleet' }, shown);
}

async function pass(session: Session, text: string, { reason }: ReasonFlags): Promise<void> {
  const { client, output, interrupted: signal } = session;
  const { service, deployment } = objectArgument(text, 'deployment');
  await session.introduce();
  const path = { service, deployment };
  const passed = await callInsistently(client, 'pass', { path, body: { reason }, signal });
  const accepted = `${passed.deployment} passes, by ${passed.by}: "${passed.reason}"`;
  const inEffect = 'now: no freeze, cap or window keeps it; it is on record';
  printAccepted(output, 'pass', { accepted, inEffect, next: `slipway watch ${passed.deployment}` }, passed);
}
