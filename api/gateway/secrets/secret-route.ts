import express, { Router } from 'express';
import type { Logger } from 'pino';
import { whyNotSecrets } from '../../../domain/secret/may-have.ts';
import type { ServiceName } from '../../../domain/names.ts';
import { secretRequestSchema, type SecretAnswer } from '../../../protocol/secrets.ts';
import { parsedBody } from '../../http/parsed-body.ts';
import { ProblemError } from '../../http/problem-error.ts';
import type { GoalBoard } from '../goals/goal-board.ts';
import { hostOf } from '../host-identity.ts';
import type { NamedSecrets } from './named-secrets.ts';
import type { SecretRead, SecretSource } from './secret-source.ts';

const maxBodyBytes = 64 * 1024;
const tryAgainSeconds = 3;

export type SecretOutcome = 'given' | 'refused' | 'absent' | 'unreadable';

export interface SecretParts {
  readonly board: GoalBoard;
  readonly named: NamedSecrets;
  /** `null`: this region has none. */
  readonly source: SecretSource | null;
  readonly log: Logger;
  readonly onAsked: (outcome: SecretOutcome) => void;
}

/** `POST /v1/secrets`: values for a host that is to start a release. What is logged of it: who, and which names. */
export function secretRoute({ board, named, source, log, onAsked }: SecretParts): Router {
  const router = Router();
  router.post('/v1/secrets', express.json({ limit: maxBodyBytes }), async (request, response) => {
    const { service, release, names: asked } = parsedBody(secretRequestSchema, request.body);
    if (!board.isLoaded() || board.isClosed())
      throw new ProblemError('unavailable', { detail: 'the goals of this region are being read' }, tryAgainSeconds);
    const { id: host, labels } = hostOf(response);
    const about = { host, service, release, names: asked };
    const placements = board.placementsOf(service);
    const whyNot = whyNotSecrets({ service, labels, placements, release: await named.of(release), asked });
    if (whyNot !== null) {
      onAsked('refused');
      log.warn({ ...about, reason: whyNot }, 'secrets were refused');
      throw new ProblemError('not-allowed', { detail: whyNot, next: notYours });
    }
    const read = await readAll(service, asked, source);
    if (!read.ok) {
      onAsked(read.why);
      log.warn({ ...about, reason: read.reason }, 'secrets could not be given');
      if (read.why === 'absent') throw new ProblemError('not-found', { detail: read.reason, next: putThere });
      throw new ProblemError('unavailable', { detail: read.reason, next: putThere }, tryAgainSeconds);
    }
    onAsked('given');
    log.info(about, 'secrets were given');
    response.set('Cache-Control', 'no-store').json({ secrets: read.secrets } satisfies SecretAnswer);
  });
  return router;
}

const notYours = 'Look at the labels of the host, and at run.on and run.secrets of the spec.';
const putThere = "Put it where the region's gateways read secrets; hosts ask again by themselves.";

type ReadAll =
  | { readonly ok: true; readonly secrets: SecretAnswer['secrets'] }
  | { readonly ok: false; readonly why: 'absent' | 'unreadable'; readonly reason: string };

async function readAll(service: ServiceName, names: readonly string[], source: SecretSource | null): Promise<ReadAll> {
  if (source === null)
    return {
      ok: false,
      why: 'absent',
      reason:
        'the gateways of this region read secrets from nowhere: set SLIPWAY_SECRETS_FOLDER or SLIPWAY_SECRETS_COMMAND',
    };
  const read = await Promise.all(names.map(async (name) => [name, await source.read(service, name)] as const));
  const missing = read.flatMap(([, each]) => (each.found ? [] : [each]));
  if (missing.length > 0) return { ok: false, ...whyMissing(missing) };
  return {
    ok: true,
    secrets: Object.fromEntries(
      read.flatMap(([name, each]) => (each.found ? [[name, each.value.toString('base64')]] : [])),
    ),
  };
}

/** What is not there at all needs a person; the rest may pass. */
function whyMissing(missing: readonly Extract<SecretRead, { readonly found: false }>[]) {
  const why = missing.some((each) => each.why === 'absent') ? ('absent' as const) : ('unreadable' as const);
  const reason = missing
    .filter((each) => each.why === why)
    .map((each) => each.reason)
    .join('; ');
  return { why, reason };
}
