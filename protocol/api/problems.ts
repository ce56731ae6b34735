import type { Problem } from '../problem.ts';

interface ProblemKind {
  readonly status: number;
  readonly title: string;
  /** What the person can do, unless the place that raises it knows better. */
  readonly next: string;
  /** The same request may work later. */
  readonly retryable: boolean;
}

/** Every problem that the control API answers, by its stable code. */
export const problemKinds = {
  'invalid-request': {
    status: 400,
    title: 'The request is not valid',
    retryable: false,
    next: 'Correct the fields named in `errors` and send it again.',
  },
  'sign-in': {
    status: 401,
    title: 'You are not signed in',
    retryable: false,
    next: 'Sign in, or send a token that is still valid.',
  },
  'bad-signature': {
    status: 401,
    title: 'The signature does not match',
    retryable: false,
    next: 'Check that both sides use the same webhook secret.',
  },
  'not-enrolled': {
    status: 401,
    title: 'No host of this region has this certificate',
    retryable: false,
    next: 'Enrol the host: make a token for it in its region, and give that to its agent.',
  },
  'certificate-ended': {
    status: 401,
    title: 'The certificate is not valid now',
    retryable: false,
    next: 'The agent renews it by proof of its key, up to 60 days after the end; later, enrol the host again.',
  },
  'host-revoked': {
    status: 403,
    title: 'The certificate of this host was revoked',
    retryable: false,
    next: 'Find out why. To let the host in again, make a token with its name.',
  },
  'host-quarantined': {
    status: 403,
    title: 'Two machines seem to have the key of this host',
    retryable: false,
    next: 'End the copy, then release the host; or revoke it and enrol both by tokens of their own.',
  },
  'enrolment-refused': {
    status: 403,
    title: 'This host is not enrolled by that token',
    retryable: false,
    next: 'Make a new token for the host in its region; each is good once, for an hour.',
  },
  'not-allowed': {
    status: 403,
    title: 'You may not do this',
    retryable: false,
    next: 'Ask someone who has that role.',
  },
  'own-change': {
    status: 403,
    title: 'Nobody approves a change of their own',
    retryable: false,
    next: 'Ask another person who has the role.',
  },
  'not-found': {
    status: 404,
    title: 'There is no such thing',
    retryable: false,
    next: 'Check the name: services are written `checkout`, releases `checkout@412`, deployments `checkout/87`.',
  },
  'release-not-found': {
    status: 404,
    title: 'There is no such release',
    retryable: false,
    next: 'List the releases of the service and choose one that is ready.',
  },
  'release-not-ready': {
    status: 409,
    title: 'The release is not ready',
    retryable: false,
    next: 'Wait while it is being built; else choose a release that is ready.',
  },
  'release-reverted': {
    status: 409,
    title: 'A later merge takes it back',
    retryable: false,
    next: 'Deploy a release that has the revert, or insist: `althoughReverted`.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'This address does not take that method',
    retryable: false,
    next: 'See the list of routes.',
  },
  'lane-locked': {
    status: 409,
    title: 'The lane is locked',
    retryable: false,
    next: 'Unlock the service, or queue the deployment behind the lock.',
  },
  frozen: {
    status: 409,
    title: 'Deployments are frozen',
    retryable: false,
    next: 'Wait for its end, or queue the deployment behind it. In an emergency, a release-owner deploys it as a hotfix.',
  },
  'state-changed': {
    status: 409,
    title: 'Something changed since you looked',
    retryable: false,
    next: 'Read the deployment again and decide anew.',
  },
  refused: {
    status: 409,
    title: 'The deployment refused this',
    retryable: false,
    next: 'Read the deployment: its state says what is possible.',
  },
  'nothing-to-roll-back-to': {
    status: 409,
    title: 'There is no earlier release to go back to',
    retryable: false,
    next: 'Deploy a release by its number.',
  },
  'too-large': {
    status: 413,
    title: 'The request is too large',
    retryable: false,
    next: 'Send less; `detail` names the limit.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The request is not in a form that is read here',
    retryable: false,
    next: 'Send `application/json`.',
  },
  'range-not-satisfiable': {
    status: 416,
    title: 'There are no such bytes',
    retryable: false,
    next: 'Ask for a range within the size named in `Content-Range`.',
  },
  'key-reused': {
    status: 422,
    title: 'The Idempotency-Key was used for another request',
    retryable: false,
    next: 'Use a new key for a new request.',
  },
  busy: {
    status: 429,
    title: 'Too many requests',
    retryable: true,
    next: 'Wait for the seconds in `Retry-After` and send it again.',
  },
  internal: {
    status: 500,
    title: 'Slipway made a mistake',
    retryable: true,
    next: 'Try again; if it stays, give the request id to your operators.',
  },
  unavailable: {
    status: 503,
    title: 'Slipway cannot answer now',
    retryable: true,
    next: 'Try again in a few seconds. Hosts keep running what they run.',
  },
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof problemKinds;

const typeBase = 'https://slipway.dev/problems/';

/** What only the place that raises a problem knows. */
export interface ProblemDetails {
  /** What was wrong this time, in one sentence. */
  readonly detail: string;
  readonly next?: string;
  readonly requestId?: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

/** RFC 9457 document of a code. */
export function problemOf(code: ProblemCode, details: ProblemDetails): Problem {
  const { status, title, next, retryable } = problemKinds[code];
  const { errors, ...texts } = details;
  return { type: typeBase + code, title, status, next, retryable, ...texts, ...(errors && { errors: [...errors] }) };
}

/** The stable code at the end of a problem's type; `null` for one that this version doesn't know. */
export function problemCode(problem: Pick<Problem, 'type'>): ProblemCode | null {
  const code = problem.type.slice(problem.type.lastIndexOf('/') + 1);
  return Object.hasOwn(problemKinds, code) ? (code as ProblemCode) : null;
}
