import type { HostId, RegionName, ServiceName } from '../../domain/names.ts';
import { counted, lasted, named } from '../../domain/progress/plain-text.ts';
import type { LogReading, NextLogs } from '../../protocol/api/log-reading.ts';
import { problemOf } from '../../protocol/api/problems.ts';
import type { OutputEnd } from '../../protocol/log-reading.ts';
import { ApiProblemError } from '../api-client.ts';
import { secondText } from '../connection-news.ts';
import { exitCodes } from '../exit-code.ts';
import { callInsistently } from '../insistent-call.ts';
import type { Session } from '../session.ts';
import { asTerminalLeftIt } from '../terminal-line.ts';
import { createHostLines, type HostLine } from './host-lines.ts';
import { watchSilence } from './watch-silence.ts';

export interface OutputRequest {
  readonly region?: RegionName;
  readonly host?: HostId;
  readonly every: boolean;
  readonly lines?: number;
  readonly follow: boolean;
  readonly reason?: string;
}

/** A request is answered this late when there is nothing new. */
const waitMs = 5_000;
/** A region that has not taken up the request by then is cut off, or its worker is of an earlier version. */
const takeUpMs = 15_000;
const goodbyeMs = 2_000;

/** What instances write, a line each; ends when there is no more, or at Ctrl-C. Answers the exit code. */
export async function readOutput(session: Session, service: ServiceName, request: OutputRequest): Promise<number> {
  const { client, interrupted: signal } = session;
  const reading = await callInsistently(client, 'openLogReading', { path: { service }, body: request, signal });
  try {
    return await readAll(session, reading, request);
  } catch (error) {
    if (signal.aborted && request.follow) return sayInterrupted(session);
    throw error;
  } finally {
    // Without it the reading ends by itself, 15 s later.
    const path = { service, reading: reading.reading };
    await client
      .call('endLogReading', { path, body: {}, signal: AbortSignal.timeout(goodbyeMs) })
      .catch(() => undefined);
  }
}

async function readAll(session: Session, reading: LogReading, request: OutputRequest): Promise<number> {
  const { output } = session;
  const { service, region } = reading;
  const lines = createHostLines();
  const ended = new Map<HostId, OutputEnd>();
  const kept: HostLine[] = [];
  const silence = watchSilence((text) => output.news(text));
  for await (const { hosts, chunks } of answersOf(session, reading, lines.seen)) {
    silence.watch(hosts.filter((host) => !ended.has(host)));
    const width = hosts.length > 1 ? Math.max(...hosts.map((host) => host.length)) : 0;
    for (const chunk of chunks) {
      silence.heard(chunk.host);
      const taken = lines.take(chunk);
      for (const line of taken) show(session, line, { width, follow: request.follow });
      if (!request.follow) kept.push(...taken.filter(({ isGap }) => !isGap));
      if (chunk.ended !== null) ended.set(chunk.host, chunk.ended);
    }
    silence.look();
    const isOver = hosts.every((host) => ended.has(host) || (!request.follow && silence.isGivenUp(host)));
    if (!isOver) continue;
    for (const host of hosts) if (!ended.has(host)) output.note(`${host}: its agent did not answer`);
    for (const [host, why] of ended) if (why !== 'read') output.note(`${host}: ${endTexts[why]}`);
    if (request.follow) return exitCodeOf(hosts, ended);
    const untold = hosts.filter((host) => !ended.has(host)).map((host) => ({ host, why: 'silent' }));
    output.document(
      'logs',
      {
        service,
        region,
        hosts,
        lines: kept.map(({ host, line }) => ({ host, line })),
        ended: [...[...ended].map(([host, why]) => ({ host, why })), ...untold],
      },
      [`slipway logs ${service} --region ${region} --follow`],
    );
    return exitCodeOf(hosts, ended);
  }
  return exitCodes.fault;
}

const endTexts: Readonly<Record<Exclude<OutputEnd, 'read'>, string>> = {
  'no-output': 'its instances have not written anything',
  busy: 'others read as much of it as it lets be read at once; try again later',
  failed: 'its output could not be read; its agent logs why',
  'agent-too-old': 'its agent is of an earlier version, and can only be read on the host: slipway-agent logs',
};

/** Done when any host was read; else what kept the first. */
function exitCodeOf(hosts: readonly HostId[], ended: ReadonlyMap<HostId, OutputEnd>): number {
  const ends = hosts.map((host) => ended.get(host));
  if (ends.includes('read')) return exitCodes.done;
  return ends.every((end) => end === 'no-output') ? exitCodes.notFound : exitCodes.fault;
}

interface Answer extends NextLogs {
  readonly hosts: HostId[];
}

/** Answers once the region has said whose output it is. @throws ApiProblemError when there is no host, or the region says nothing */
async function* answersOf(
  { client, output, interrupted: signal }: Session,
  { service, region, reading }: LogReading,
  seen: Readonly<Record<string, number>>,
): AsyncGenerator<Answer> {
  const askedAt = performance.now();
  let knowsHosts = false;
  for (;;) {
    const body = { seen: { ...seen }, knowsHosts, waitMs };
    const { hosts, why, chunks } = await callInsistently(client, 'nextLogs', {
      path: { service, reading },
      body,
      signal,
    });
    if (hosts === null) {
      if (performance.now() - askedAt > takeUpMs) throw notTakenUp(region);
      output.news(`waiting for ${region}, which has not taken up the request yet`);
      continue;
    }
    if (why !== null)
      throw new ApiProblemError(problemOf('not-found', { detail: `${region}: ${why}`, next: status(service) }));
    if (!knowsHosts)
      output.news(`${service} in ${region}: ${hosts.length > 3 ? counted(hosts.length, 'host') : named(hosts)}`);
    knowsHosts = true;
    yield { hosts, why, chunks };
  }
}

const status = (service: ServiceName): string => `See what runs where: slipway list hosts --service ${service}`;

const notTakenUp = (region: RegionName): ApiProblemError =>
  new ApiProblemError(
    problemOf('unavailable', {
      detail: `${region} did not take up the request in ${lasted(takeUpMs)}: it is cut off, or its worker is of an earlier version`,
      next: `See when it was heard last: slipway show region ${region}`,
    }),
  );

function show(
  { output }: Session,
  { host, line, isGap }: HostLine,
  { width, follow }: { readonly width: number; readonly follow: boolean },
): void {
  const place = width === 0 ? '' : `${host.padEnd(width)}  `;
  if (isGap) return output.news(`${place}${line}`);
  output.line(`${place}${asTerminalLeftIt(line)}`);
  if (follow) output.event({ type: 'output', at: new Date().toISOString(), host, line });
}

function sayInterrupted({ output }: Session): number {
  const exitCode = exitCodes.interrupted;
  const result = { type: 'result', deployment: null, outcome: null, reason: null, pending: [], exitCode };
  output.event({ ...result, at: new Date().toISOString() });
  output.note(`read until ${secondText(Date.now())}`);
  return exitCode;
}
