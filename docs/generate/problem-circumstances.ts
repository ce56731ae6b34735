import type { ProblemCode } from '../../protocol/api/problems.ts';

interface Circumstances {
  /** When it comes. */
  readonly when: string;
  /** What to do, where there is more to say than the problem's own `next`. */
  readonly todo: readonly string[];
}

/** What an operator or a developer has to know about each problem beyond its own words. */
export const problemCircumstances: Readonly<Record<ProblemCode, Circumstances>> = {
  'invalid-request': {
    when: 'A field of the body or the query is missing, unknown or wrong; a webhook is not JSON, or a header of it is wrong.',
    todo: ['`errors` names each field.', 'For a GitHub webhook: set its content type to `application/json`.'],
  },
  'sign-in': {
    when: 'No token, an unknown or revoked one, or a browser session that has ended.',
    todo: [
      'Command line: look which token is used (`slipway config`), then name another with `--token-file` or `SLIPWAY_TOKEN`.',
      'Embedded: the tokens of its people are the files `.slipway/run/token-ada` and `token-mo`.',
      'Browser: ask for a new sign-in link; each is good once, for ten minutes.',
    ],
  },
  'bad-signature': {
    when: '`X-Hub-Signature-256` of a webhook is missing, or was made with another secret or over another body.',
    todo: [
      'Compare the secret in the settings of the webhook with the file that `SLIPWAY_GITHUB_WEBHOOK_SECRET_FILE` names.',
      'Whatever stands between must pass the body on byte by byte.',
      'Embedded: the secret is in `.slipway/run/webhook-secret`.',
    ],
  },
  'not-enrolled': {
    when: 'A host asks its gateway without a certificate, with one of another region or authority, or with a key that was replaced.',
    todo: [
      'New host, or one whose folder was lost: make a token (docs/how-to/add-a-host.md).',
      'Look whether `SLIPWAY_GATEWAY_URL` names gateways of the region of the host.',
    ],
  },
  'certificate-ended': {
    when: 'A host was away for so long that its certificate ended. Its agent renews it by itself.',
    todo: ['More than 60 days after the end: make a token with the name of the host.'],
  },
  'host-revoked': {
    when: 'An operator revoked the host. Its services run on as they are; it is told nothing new.',
    todo: [],
  },
  'host-quarantined': {
    when: 'A copied disk: another machine, or an earlier boot or key, came with the key of the host. Both are refused.',
    todo: ['The log of the gateway and the list of hosts say what was seen, and from which addresses.'],
  },
  'enrolment-refused': {
    when: 'The token is unknown, has ended, was used by another key, is for another host, or names none while the host exists.',
    todo: ['`detail` says which.', 'A token that somebody else used before you is a reason to look who.'],
  },
  'not-allowed': {
    when: 'The person lacks the role; an approval token is malformed, expired, or of another person, verb, deployment or plan.',
    todo: ['`detail` names the role.', 'An approval token can be delivered for 15 minutes: get a new one.'],
  },
  'own-change': {
    when: 'Who wrote, pushed or asked for a change wants to approve it.',
    todo: ['Embedded: changes are by `lin`, deployments of people by `ada`; approve as `mo`.'],
  },
  'not-found': {
    when: 'The service, deployment, region or address does not exist, or a name has the wrong form. A gateway says so, too, of files of a service that is not placed on the host which asks.',
    todo: [
      '`slipway list services` shows the services.',
      'A new service: `slipway connect`.',
      'A host that is to have a service: look at its labels (`slipway-region hosts`) and at `run.on` of the spec.',
    ],
  },
  'release-not-found': {
    when: 'A deploy names a release that the service does not have, or the service has none that is ready.',
    todo: ['`slipway list releases --service checkout` shows those it has.'],
  },
  'release-not-ready': {
    when: 'The release is still being built, its build failed, or it was blocked or retired.',
    todo: [
      '`slipway show checkout@4` tells its state, `slipway logs checkout/4` what its build printed.',
      'Only one that is still being built gets ready. `slipway list releases --service checkout` shows the others.',
    ],
  },
  'release-reverted': {
    when: 'A person deploys a release that brings a commit which a later merge takes back; that one is queued, under way, or has run.',
    todo: [
      '`detail` names the commit and the release that takes it back: deploy that one, or a newer one.',
      'To bring it all the same: `slipway deploy checkout@411 --although-reverted`.',
    ],
  },
  'method-not-allowed': {
    when: 'Set aside for a method that an address does not take. This version answers `not-found` there.',
    todo: [],
  },
  'lane-locked': {
    when: 'A person deploys while the lane is locked: by a person, or by an undo. Merges are not refused; they wait.',
    todo: [
      'See why: `slipway status checkout`.',
      'Open it: `slipway unlock checkout`.',
      'Or wait behind it: `slipway deploy checkout --queue`.',
    ],
  },
  frozen: {
    when: 'A person deploys while a freeze is in effect for the service or one of its regions, or while the line is stopped. Merges are not refused; they wait.',
    todo: [
      'See who, why and until when: `slipway fleet`.',
      'Wait behind it: `slipway deploy checkout --queue`.',
      'In an emergency, as a release-owner: `slipway deploy checkout@412 --hotfix`; it is recorded with your reason.',
    ],
  },
  'state-changed': {
    when: 'What a dialog, a plan or an approval was about is no longer so: another plan, another release, somebody was faster.',
    todo: ['Look again; give the command again. With `--yes` a command does not ask a second time by itself.'],
  },
  refused: {
    when: 'The deployment is in a state that does not take the verb: over, past its point of no return, not begun.',
    todo: ['`detail` says which.', '`slipway show checkout/87` tells its state and what can be done.'],
  },
  'nothing-to-roll-back-to': {
    when: 'No release ran before this one, or none that may still run.',
    todo: [],
  },
  'too-large': {
    when: 'A webhook is larger than 5 MiB, or another body larger than its limit.',
    todo: [],
  },
  'unsupported-media-type': {
    when: 'A body is compressed, is not UTF-8, or is not JSON by its content type.',
    todo: [],
  },
  'range-not-satisfiable': {
    when: 'Only a gateway answers it: a host asks for bytes past the end.',
    todo: [],
  },
  'key-reused': {
    when: 'The same person sends one `Idempotency-Key` with two different requests of one verb.',
    todo: [],
  },
  busy: {
    when: 'Too many clients follow the event stream of this api already.',
    todo: ['Clients of ours go on by asking at intervals.'],
  },
  internal: {
    when: 'A fault of Slipway that nobody foresaw.',
    todo: [
      'The log of the api has a line with the same request id. Embedded: `grep <request id> .slipway/logs/api.log`.',
    ],
  },
  unavailable: {
    when: 'Postgres or Temporal does not answer, or the api is just starting. Hosts keep running what they run.',
    todo: [
      '`GET /readyz` tells which part is away.',
      'A webhook that got it is sent again by GitHub only by hand: redeliver it.',
    ],
  },
};
