import { readFile } from 'node:fs/promises';
import type { BrowserContext } from 'playwright-core';
import { sampleService } from '../../infra/local/demo/demonstration.ts';
import { openSampleRepository, type SampleRepository } from '../../infra/local/demo/sample-repository.ts';
import { personTokenFile } from '../../infra/local/programs.ts';
import { openBrowser } from '../../test/browser/open-browser.ts';
import { distributionOf, type Distribution } from '../frame/distribution.ts';
import type { Bench, CommonOptions, Measured } from '../frame/run-benchmark.ts';
import { tableLines } from '../frame/table.ts';
import { acceptedMove, deliverMerge } from '../service/deliver-merge.ts';
import { approveWhen, numberOfMerge, untilEnded } from '../service/follow-deployment.ts';
import type { BenchStack } from '../stack/bench-stack.ts';
import { metEvents, openWatched, type MetEvent } from './watched-page.ts';

export interface PageOptions extends CommonOptions {
  readonly runs: number;
  readonly regions: number;
  /** In each region. */
  readonly hosts: number;
}

/** How soon an open page in a real browser has, and shows, what was recorded. */
export async function pageBenchmark(bench: Bench, { runs, regions, hosts }: PageOptions): Promise<Measured> {
  const met = await bench.onStack({ regions, hosts }, (stack) =>
    withBrowser(stack, (pages) => follow(bench, pages, runs)),
  );
  const shown = met.filter(({ shownMs }) => shownMs !== null);
  const figures = {
    recordedToReceived: distributionOf(met.map(({ recordedMs, receivedMs }) => receivedMs - recordedMs)),
    recordedToShown: distributionOf(shown.map(({ recordedMs, shownMs }) => shownMs! - recordedMs)),
  };
  const row = (name: string, { count, p50Ms, p99Ms, maxMs }: Distribution) => [name, count, p50Ms, p99Ms, maxMs];
  const lines = tableLines(
    ['ms since it was recorded', 'events', 'p50', 'p99', 'max'],
    [row('the page has it', figures.recordedToReceived), row('its line is shown', figures.recordedToShown)],
  );
  for (const line of ['', ...lines]) bench.say(line);
  return { ok: met.length > 0 && shown.length > 0, ...figures };
}

interface Pages {
  readonly stack: BenchStack;
  readonly context: BrowserContext;
}

async function withBrowser<Result>(stack: BenchStack, measure: (pages: Pages) => Promise<Result>): Promise<Result> {
  const browser = await openBrowser();
  try {
    const context = await browser.newContext({ baseURL: stack.api });
    const token = (await readFile(personTokenFile(stack.shape, 'mo'), 'utf8')).trim();
    const answer = await context.request.post('/v1/session', { data: { token } });
    if (!answer.ok()) throw new Error(`signing in: ${answer.status()} ${await answer.text()}`);
    return await measure({ stack, context });
  } finally {
    await browser.close();
  }
}

/** Deployments one after the other; each has its page open from its number to its end. */
async function follow(bench: Bench, { stack, context }: Pages, runs: number): Promise<readonly MetEvent[]> {
  const repository = await connectSample(stack);
  const met: MetEvent[] = [];
  for (let run = 1; run <= runs; run++) {
    const ref = await merge(bench, stack, repository, run);
    const page = await openWatched(context, `/s/${ref.service}/d/${ref.deployment}`);
    await approveWhen(stack, ref, () => true, bench.signal);
    const { outcome } = await untilEnded(stack, ref, bench.signal);
    await page.locator('.state .mark-ok').waitFor();
    const events = await metEvents(page);
    bench.say(`  ${ref.service}/${ref.deployment}: ${outcome}, ${events.length} events on its page`);
    met.push(...events);
    await page.close();
  }
  return met;
}

const repositoryName = `acme/${sampleService}`;

async function connectSample({ shape, releaseOwner }: BenchStack): Promise<SampleRepository> {
  const repository = await openSampleRepository(shape.data.sample, shape.regions);
  const { cloneUrl } = repository;
  const body = { repository: repositoryName, cloneUrl, branch: 'main', owners: ['lin'] };
  await releaseOwner.call('putService', { path: { service: sampleService }, body });
  return repository;
}

async function merge({ signal }: Bench, stack: BenchStack, repository: SampleRepository, run: number) {
  const merged = await repository.merge(`Greet the ${run}. time`, { greeting: `hello ${run}`, health: 200 });
  const { webhookSecret: secret } = stack.shape.secrets;
  const delivered = await deliverMerge({ api: stack.api, repository: repositoryName, merge: merged, secret });
  return await numberOfMerge(stack, acceptedMove(delivered), signal);
}
