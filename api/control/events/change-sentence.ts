import { goalStepText } from '../../../domain/progress/goal-step-text.ts';
import { outcomeSentence } from '../../../domain/progress/outcome.ts';
import type { AuditRecord } from '../../../protocol/api/audit.ts';
import type { StoredDeployment } from '../reads/projection.ts';

/**
 * One audit record as a sentence. Workflows write their own; for the others the verb says it, which is what people who
 * know Slipway's words expect of one that is newer than this file, too.
 */
export function changeSentence(record: AuditRecord, deployment: StoredDeployment | null): string {
  const { actor, verb, detail } = record;
  const message = textOf(detail.message);
  if (message !== '') return message;
  if (verb === 'deployment-ended' && deployment?.outcome) return endSentence(deployment, deployment.outcome);
  const says = sentences[verb];
  return says === undefined ? plain(record) : says(actor, detail);
}

type Detail = AuditRecord['detail'];

const sentences: Readonly<Record<string, (actor: string, detail: Detail) => string>> = {
  'deployment-opened': (actor, { kind, release, continues, hotfix }) =>
    `${textOf(kind)}${textOf(hotfix) === '' ? '' : ' (hotfix)'} of ${textOf(release)}, ${textOf(continues) === '' ? `asked for by ${actor}` : `which was ${textOf(continues)}`}`,
  'deployment-expedited': (actor, { reason }) => `${actor} has it go first as a hotfix${because(reason)}`,
  'deployment-started': () => 'it is its turn',
  'deployment-cancelled': (actor, { reason }) => `cancelled by ${actor}${because(reason)}`,
  'service-held': () => 'no other deployment touches the service now',
  'point-of-no-return': () => 'every region is ready: from here it can be rolled back, but not aborted',
  'goal-intended': (_, { region, step }) => `${textOf(region)} is told: ${goalStepText(textOf(step))}`,
  'obligation-recorded': (_, detail) => `${owes(detail)}${because(detail.reason)}`,
  'obligation-replaced': (_, detail) => `no longer wanted: ${owes(detail)}`,
  'obligation-settled': (_, { region, kind, settlement }) => `${textOf(region)} ${settled(textOf(kind), settlement)}`,
  'pass-given': (actor, { reason }) => `${actor} lets it past freezes, caps and its window${because(reason)}`,
  'freeze-passed': (actor, { reason, freeze }) =>
    `goes past freeze ${numberIn(freeze)}, as ${actor} wanted${because(reason)}`,
  'slot-freed': (_, { reason }) => `others may begin in its place${because(reason)}`,
  'freeze-added': (actor, { freeze, reason }) => `${actor} set freeze ${String(freeze)}${because(reason)}`,
  'freeze-ended': (actor, { freeze, reason }) => `${actor} ended freeze ${String(freeze)}${because(reason)}`,
  'line-stopped': (actor, { reason }) => `${actor} stopped the line${because(reason)}`,
  'line-started': (actor, { freezes, reason }) =>
    Array.isArray(freezes) && freezes.length === 0
      ? `${actor} asked to start the line, which was not stopped${because(reason)}`
      : `${actor} started the line${because(reason)}`,
  'rollback-refused': (_, { by, reason }) => `the rollback that ${textOf(by)} asked for was not done${because(reason)}`,
  'local-rollback': (actor, { region, reason }) => `${actor} rolled back inside ${textOf(region)}${because(reason)}`,
  'local-hold': (actor, { region, reason }) => `${actor} held it inside ${textOf(region)}${because(reason)}`,
  'local-enroll': (actor, { host, reason }) => `${actor} enrolled host ${textOf(host)}${because(reason)}`,
  'local-label': (actor, { host, change, reason }) =>
    `${actor} changed labels of ${textOf(host)} (${textOf(change)})${because(reason)}`,
  'local-maintenance-on': (actor, { host, reason }) => `${actor} put ${textOf(host)} in maintenance${because(reason)}`,
  'local-maintenance-off': (actor, { host, reason }) =>
    `${actor} took ${textOf(host)} out of maintenance${because(reason)}`,
  'local-revoke': (actor, { host, reason }) => `${actor} revoked host ${textOf(host)}${because(reason)}`,
  'local-release': (actor, { host, reason }) =>
    `${actor} released host ${textOf(host)} from quarantine${because(reason)}`,
  'local-retire': (actor, { host, reason }) => `${actor} retired host ${textOf(host)}${because(reason)}`,
  'lane-locked': (actor, { reason }) => `${actor} locked the lane${because(reason)}`,
  'lane-unlocked': (actor, { reason }) => `${actor} unlocked the lane${because(reason)}`,
};

const endSentence = (
  { reason, regions, pending }: StoredDeployment,
  outcome: NonNullable<StoredDeployment['outcome']>,
) => outcomeSentence({ outcome, reason, regions, pending });

const plain = ({ actor, verb, detail }: AuditRecord): string =>
  `${verb.replaceAll('-', ' ')}${actor === 'slipway' ? '' : ` by ${actor}`}${because(detail.reason)}`;

/** `ap-south owes undo` */
const owes = ({ region, kind }: Detail): string => `${textOf(region)} owes ${textOf(kind)}`;

function settled(kind: string, settlement: unknown): string {
  if (settlement === 'overtaken') return `owes ${kind} no longer: a later deployment stands there`;
  return settlement === 'undone' && kind !== 'undo'
    ? `owes ${kind} no longer: it was undone there`
    : `has done what it owed: ${kind}`;
}

const because = (reason: unknown): string => (textOf(reason) === '' ? '' : `: ${textOf(reason)}`);
const numberIn = (freeze: unknown): string =>
  typeof freeze === 'object' && freeze !== null && 'number' in freeze ? String(freeze.number) : '';
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
