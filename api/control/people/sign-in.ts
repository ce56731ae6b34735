import type { Request } from 'express';
import { howToGetRole } from '../../../domain/access/right.ts';
import { isName, serviceName, type RegionName } from '../../../domain/names.ts';
import type { SignedIn } from '../../../protocol/api/people.ts';
import { sessionCookie } from '../../../protocol/api/session.ts';
import type { Route } from '../../../protocol/api/routes.ts';
import { ProblemError } from '../../http/problem-error.ts';
import { cookieOf } from './cookie.ts';
import type { PeopleDirectory } from './people-directory.ts';
import { isFromHere } from './same-site.ts';

/**
 * Who sends the request: a token in its header, or a browser's session, which may change something only for our own pages.
 * @throws ProblemError `sign-in`, `not-allowed`
 */
export async function signedIn(request: Request, people: PeopleDirectory): Promise<SignedIn> {
  const secret = request.get('Authorization') === undefined ? cookieOf(request, sessionCookie) : null;
  if (secret !== null) return ofSession(request, secret, people);
  const person = await people.findPerson(bearerToken(request));
  if (person === null) throw new ProblemError('sign-in', { detail: 'this token is not known, or was revoked' });
  return person;
}

async function ofSession(request: Request, secret: string, people: PeopleDirectory): Promise<SignedIn> {
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (!isRead && !isFromHere(request))
    throw new ProblemError('not-allowed', {
      detail: 'a browser that is signed in changes things from our own pages only',
    });
  const person = await people.findSession(secret);
  if (person === null)
    throw new ProblemError('sign-in', {
      detail: 'this session has ended: it lasts eight hours',
      next: 'Sign in again.',
    });
  return person;
}

/** Which region's worker sends the request. @throws ProblemError `sign-in` */
export async function signedInRegion(request: Request, people: PeopleDirectory): Promise<RegionName> {
  const region = await people.findRegion(bearerToken(request));
  if (region === null) throw new ProblemError('sign-in', { detail: 'this is not the token of a region' });
  return region;
}

/** A person as they are for one service: with what was granted to them for it. */
export const inService = (person: SignedIn, service: string | undefined): SignedIn => ({
  ...person,
  roles: [
    ...new Set([
      ...person.roles,
      ...(person.inServices ?? []).filter((each) => each.service === service).map(({ role }) => role),
    ]),
  ],
});

/** @throws ProblemError `not-allowed` that names the roles of which one is needed, and who can grant it. */
export function requireRole({ person, roles }: SignedIn, allows: Route['allows'], service?: string): void {
  if (allows === 'signed-in' || allows.some((role) => roles.includes(role))) return;
  const isOfService = service !== undefined && isName(service);
  throw new ProblemError('not-allowed', {
    detail: `${person} needs the role ${allows.join(' or ')}`,
    next: howToGetRole(person, allows[0]!, isOfService ? serviceName(service) : null),
  });
}

/** @throws ProblemError `sign-in` */
export function bearerToken(request: Request): string {
  const token = /^Bearer ([\x21-\x7e]{1,500})$/.exec(request.get('Authorization') ?? '')?.[1];
  if (token === undefined)
    throw new ProblemError('sign-in', { detail: 'send the header `Authorization: Bearer <token>`' });
  return token;
}
