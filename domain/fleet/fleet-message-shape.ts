/** What deployments and the fleet say to each other. Each function gives the mistake in one sentence, or `null`. */
import { count, flag, listOf, mistakeIn, name, number, oneOf, orNull, recordOf, text, time } from '../shape.ts';
import { freezeKinds, freezePolicies } from './freeze.ts';

const mostRegions = 256;
/** An answer names three. */
const mostFreezes = 100;

/** Of `ask`. */
export const askMistake = (message: unknown): string | null =>
  mistakeIn(message, { service: name, deployment: number, regions: listOf(name, mostRegions), requestId: text });

const freeze = recordOf({
  freeze: number,
  kind: oneOf(freezeKinds),
  owner: text,
  reason: text,
  policy: oneOf(freezePolicies),
  since: time,
  until: orNull(time),
});

const wait = recordOf({ for: oneOf(['slot']), position: count, of: count, region: orNull(name), most: count });

/** Of `fleetAnswer`. */
export const fleetAnswerMistake = (message: unknown): string | null =>
  mistakeIn(message, {
    service: name,
    deployment: number,
    requestId: text,
    isGranted: flag,
    wait: orNull(wait),
    freezes: listOf(freeze, mostFreezes),
  });
