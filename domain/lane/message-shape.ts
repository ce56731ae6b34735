/**
 * What a lane's or deployment's validators look at first: the shape of a message. It is all that a fresh lane can look at,
 * which has not read its state yet. Messages also come from Temporal's own tools, so nothing about them is certain.
 * Each function gives the mistake in one sentence, or `null`.
 */
import type { ServiceName } from '../names.ts';
import { isRecord, isText, isTime } from '../shape.ts';

const maxReason = 500;
const maxKey = 500;
/** 256 regions with names of 63 characters fit (`protocol/approval-token.ts`). */
const maxToken = 24 * 1024;

export function submitMistake(service: ServiceName, message: unknown): string | null {
  if (!isRecord(message) || !isRecord(message['request'])) return 'submit needs { request, queueWhenLocked }';
  const { request, queueWhenLocked } = message;
  if (typeof queueWhenLocked !== 'boolean') return 'queueWhenLocked must be true or false';
  if (request['service'] !== service) return `this is the lane of ${service}`;
  if (!isText(request['key'], 1, maxKey)) return `key must have 1 to ${maxKey} characters`;
  if (request['kind'] !== 'rollout' && request['kind'] !== 'roll-forward')
    return 'kind must be rollout or roll-forward';
  return traceMistake(request['traceparent']) ?? sourceMistake(request['source']);
}

/** Steps say in their summaries what it holds, and a workflow that stumbles over it stands still: all of it is looked at. */
function sourceMistake(source: unknown): string | null {
  if (!isRecord(source)) return 'source.from must be merge or person';
  if (source['from'] === 'merge') return mergeMistake(source);
  return source['from'] === 'person' ? personMistake(source) : 'source.from must be merge or person';
}

function mergeMistake(source: Readonly<Record<string, unknown>>): string | null {
  const odd = ['commit', 'before'].find((field) => !isCommit(source[field]));
  if (odd !== undefined) return `source.${odd} must be 40 hex digits`;
  const missing = ['branch', 'pusher', 'subject'].find((field) => !isText(source[field]));
  if (missing !== undefined) return `source.${missing} must be text`;
  const { authors } = source;
  if (!Array.isArray(authors) || authors.length === 0 || !authors.every((author) => isText(author)))
    return 'source.authors must name at least one person';
  return contentMistake(source);
}

function contentMistake({ brings = [], reverts = [] }: Readonly<Record<string, unknown>>): string | null {
  const isPull = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) > 0;
  const isBrought = (value: unknown): boolean =>
    isRecord(value) && isCommit(value['commit']) && (value['pull'] === null || isPull(value['pull']));
  const isRevert = (value: unknown): boolean =>
    isRecord(value) && isCommit(value['by']) && (isText(value['commit'], 7, 40) || isPull(value['pull']));
  if (!Array.isArray(brings) || brings.length > 1_000 || !brings.every(isBrought))
    return 'source.brings must be at most 1000 of { commit, pull }';
  if (!Array.isArray(reverts) || reverts.length > 1_000 || !reverts.every(isRevert))
    return 'source.reverts must be at most 1000 of { by, commit } or { by, pull }';
  return null;
}

function personMistake(source: Readonly<Record<string, unknown>>): string | null {
  const { person, release, reason, althoughReverted = false, regions } = source;
  if (!isText(person, 1, 100)) return 'source.person must name a person in 1 to 100 characters';
  if (!Number.isSafeInteger(release) || Number(release) < 1) return 'source.release must be the number of a release';
  if (reason !== null && !isText(reason, 0, maxReason))
    return `source.reason must be null or have at most ${maxReason} characters`;
  if (typeof althoughReverted !== 'boolean') return 'source.althoughReverted must be true or false';
  return regionsMistake(regions);
}

function regionsMistake(regions: unknown): string | null {
  if (regions === undefined) return null;
  const isList = Array.isArray(regions) && regions.length > 0 && regions.length <= 256;
  return isList && regions.every((region) => isText(region, 1, 63))
    ? null
    : 'regions must be 1 to 256 names of regions';
}

export function hotfixMistake(message: unknown): string | null {
  const mistake = keyedMessageMistake(message);
  if (mistake !== null || !isRecord(message)) return mistake;
  const { by, release, reason, hold, althoughReverted } = message;
  if (!isText(reason, 1)) return 'reason must say why';
  if (typeof hold !== 'boolean') return 'hold must be true or false';
  return personMistake({ person: by, release, reason, althoughReverted });
}

/** Of `lock` and `unlock`. */
export function lockMistake(message: unknown): string | null {
  const mistake = keyedMessageMistake(message);
  if (mistake !== null || !isRecord(message)) return mistake;
  const { until = null, rights } = message;
  if (until !== null && !isTime(until)) return 'until must be a time as in RFC 3339, or null';
  if (rights !== undefined && !(isRecord(rights) && Object.values(rights).every((right) => typeof right === 'boolean')))
    return 'rights must be { releaseOwner, ownsService }, each true or false';
  return null;
}

/** Of `rollback`. */
export function rollbackMistake(message: unknown): string | null {
  const mistake = keyedMessageMistake(message);
  if (mistake !== null || !isRecord(message)) return mistake;
  const { to, regions } = message;
  if (to !== undefined && !(Number.isSafeInteger(to) && Number(to) > 0)) return 'to must be the number of a release';
  return regionsMistake(regions);
}

/** A part of others. */
export function keyedMessageMistake(message: unknown): string | null {
  if (!isRecord(message)) return 'needs { by, reason, key }';
  if (!isText(message['key'], 1, maxKey)) return `key must have 1 to ${maxKey} characters`;
  return personMessageMistake(message) ?? traceMistake(message['traceparent']);
}

/** W3C Trace Context §3.2, https://www.w3.org/TR/trace-context/#traceparent-header: not version ff, no id of zeros only. */
const traceparentForm = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Who isn't traced leaves it out. */
function traceMistake(traceparent: unknown): string | null {
  if (traceparent === undefined || traceparent === null) return null;
  const isTrace = isText(traceparent) && traceparentForm.test(traceparent);
  return isTrace ? null : 'traceparent must be one of W3C Trace Context, or null';
}

export function withdrawMistake(message: unknown): string | null {
  const deployment = isRecord(message) ? message['deployment'] : undefined;
  if (!Number.isSafeInteger(deployment)) return 'deployment must be a number';
  return keyedMessageMistake(message);
}

/** Of `reject`: whoever made the change has to know why. */
export function rejectMistake(message: unknown): string | null {
  const mistake = personMessageMistake(message);
  if (mistake !== null || !isRecord(message)) return mistake;
  return isText(message['reason']) && message['reason'].trim() !== '' ? null : 'reason must say why';
}

/** Of `abort`: hold that is neither yes nor no would be taken for no, and undo what was to stay. */
export function abortMistake(message: unknown): string | null {
  const mistake = personMessageMistake(message);
  if (mistake !== null || !isRecord(message)) return mistake;
  const { hold = false } = message;
  return typeof hold === 'boolean' ? null : 'hold must be true or false';
}

/** A part of others, and all of `pause`. */
export function personMessageMistake(message: unknown): string | null {
  if (!isRecord(message)) return 'needs { by, reason }';
  if (!isText(message['by'], 1, 100)) return 'by must name a person in 1 to 100 characters';
  if (!isText(message['reason'], 0, maxReason)) return `reason must have at most ${maxReason} characters`;
  return null;
}

/** Of `approve`, `resume` and `endUndo`. Whether the token is good is another's question. */
export function tokenMessageMistake(message: unknown): string | null {
  const token = isRecord(message) ? message['token'] : message;
  if (!isText(token, 1, maxToken)) return `needs a token of at most ${maxToken} characters`;
  return null;
}

/** Of `promote`: a token, and why. */
export function promoteMistake(message: unknown): string | null {
  if (!isRecord(message)) return 'needs { token, reason }';
  if (!isText(message['reason'], 1, maxReason)) return `reason must say why, in at most ${maxReason} characters`;
  return tokenMessageMistake(message);
}

/** Of `skipRegion`: a token, a region, and why. */
export function skipMistake(message: unknown): string | null {
  if (!isRecord(message)) return 'needs { token, region, reason }';
  if (!isText(message['region'], 1, 63)) return 'region must be the name of one';
  return promoteMistake(message);
}

const isCommit = (value: unknown): boolean => typeof value === 'string' && /^[0-9a-f]{40}$/.test(value);
