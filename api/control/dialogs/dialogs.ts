import { hash } from 'node:crypto';
import { howToGetRole } from '../../../domain/access/right.ts';
import type { DeploymentNumber, Digest, RegionName, ReleaseNumber, ServiceName } from '../../../domain/names.ts';
import type { OfferedVerb } from '../../../domain/progress/offered-verbs.ts';
import type { Dialog } from '../../../protocol/api/dialog.ts';
import { deploymentReference } from '../../../protocol/api/object-reference.ts';
import type { SignedIn } from '../../../protocol/api/people.ts';
import { routes } from '../../../protocol/api/routes.ts';
import { canonicalJson } from '../../../protocol/canonical-json.ts';
import { digestOf } from '../../../protocol/digest.ts';
import { ProblemError } from '../../http/problem-error.ts';
import type { PlanParts } from '../plans/deployment-plan.ts';
import type { AccessRecords } from '../access/access-records.ts';
import type { DeploymentMessages } from '../verbs/deployment-messages.ts';
import type { DialogText } from './dialog-facts.ts';
import { readDialog } from './read-dialog.ts';

export interface DialogObject {
  readonly verb: OfferedVerb;
  readonly service: ServiceName;
  readonly deployment?: DeploymentNumber | undefined;
  readonly release?: ReleaseNumber | undefined;
  /** Of a deploy: a rollout unless said. */
  readonly kind?: 'rollout' | 'roll-forward' | undefined;
  /** Of a deploy: as a hotfix, and what becomes of the active deployment. */
  readonly hotfix?: 'undo' | 'hold' | undefined;
  /** Of a deploy: also if a later merge takes it back. */
  readonly althoughReverted?: boolean | undefined;
  /** Of deploy, retry and redeploy: it waits behind a lock or a freeze. */
  readonly queue?: boolean | undefined;
  /** Of review: whose glass; empty for the release's. */
  readonly stage?: string | undefined;
  /** Of abort: it leaves hosts where they are. */
  readonly hold?: boolean | undefined;
  /** Of skip-region: which. */
  readonly region?: RegionName | undefined;
  /** Of deploy and rollback: only there. */
  readonly regions?: readonly RegionName[] | undefined;
  /** Of rollback: a release that ran before. */
  readonly to?: ReleaseNumber | undefined;
}

export interface DialogParts extends PlanParts {
  readonly deployments: Pick<DeploymentMessages, 'status'>;
  readonly access: Pick<AccessRecords, 'brokenGlass'>;
  readonly now: () => Date;
}

/** What verbs would do. */
export interface Dialogs {
  /** @throws ProblemError when there is no such object */
  show(person: SignedIn, object: DialogObject): Promise<Dialog>;
  /**
   * Lets a verb pass that still means what the person was shown, or that was taken before: a repeat gets its answer.
   * @param shown what the request carries; without it nothing is compared
   * @throws ProblemError `state-changed`
   */
  requireUnmoved(
    person: SignedIn,
    object: DialogObject,
    shown: Digest | undefined,
    wasTaken: () => Promise<boolean>,
  ): Promise<void>;
}

export function createDialogs(parts: DialogParts): Dialogs {
  const show = async (person: SignedIn, object: DialogObject): Promise<Dialog> => {
    const { text, planDigest, stage } = await readDialog(parts, person, object);
    const { verb, service, deployment, hotfix } = object;
    const name = nameOf(object);
    const { meaning, ...shown } = text;
    const digest = digestOf(canonicalJson({ verb, object: name, ...meaning }));
    // A retry is a message to the lane: what ended takes none.
    const addressee = verb === 'retry' ? null : (deployment ?? null);
    const revision = await parts.projection.controlRevision(service, addressee);
    return {
      ...shown,
      verb,
      object: name,
      lines: [...shown.lines],
      refused: whyNotAllowed(person, hotfix === undefined ? verb : 'hotfix', service) ?? shown.refused,
      digest,
      idempotencyKey: keyOf(person, verb, name, digest, revision),
      planDigest,
      ...(stage !== null && { stage }),
      readAt: parts.now().toISOString(),
    };
  };
  return {
    show,
    async requireUnmoved(person, object, shown, wasTaken) {
      if (shown === undefined || (await show(person, object)).digest === shown || (await wasTaken())) return;
      throw new ProblemError('state-changed', {
        detail: `${object.verb} of ${nameOf(object)} means something else now than what was shown`,
        next: 'Look at what it would do now, and decide anew.',
      });
    },
  };
}

const nameOf = ({ service, deployment }: DialogObject): string =>
  deployment === undefined ? service : deploymentReference(service, deployment);

/** One for this person and meaning until a message of a person is accepted. */
function keyOf(person: SignedIn, verb: OfferedVerb, object: string, digest: Digest, revision: number): string {
  const parts: readonly (string | number)[] = [person.person, verb, object, digest, revision];
  return `dialog-${hash('sha256', JSON.stringify(parts), 'hex').slice(0, 40)}`;
}

const routeOf = {
  ...routes,
  'end-undo': routes.endUndo,
  'skip-region': routes.skipRegion,
  'break-glass': routes.breakGlass,
};

/** With who can give the role that is missing, as the refusal of the verb itself. */
function whyNotAllowed(
  { person, roles }: SignedIn,
  verb: OfferedVerb | 'hotfix',
  service: ServiceName,
): DialogText['refused'] {
  const { allows } = routeOf[verb];
  // Who may approve, and so say no, is told by what is asked.
  if (allows === 'signed-in' || allows.some((role) => roles.includes(role))) return null;
  return `${person} needs the role ${allows.join(' or ')}. ${howToGetRole(person, allows[0]!, service)}`;
}
