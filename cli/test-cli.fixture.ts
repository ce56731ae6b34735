import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import type { Client } from '@temporalio/client';
import { problemSchema } from '../protocol/problem.ts';
import { createCentralDatabase, type CentralTestDatabase } from '../test/central-database.ts';
import { signIn, startControlApi, type TestControlApi } from '../test/control-api.ts';
import { documentData, documentOf, watchEvent, type DocumentName } from './json-documents.ts';
import { runSlipway } from './run-slipway.ts';
import { pipedSurroundings } from './surroundings.fixture.ts';
import { programEnvironment } from '../test/program-environment.ts';

const projectRoot = path.resolve(import.meta.dirname, '..');

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line before a real api. */
export interface TestCli {
  readonly api: TestControlApi;
  readonly central: CentralTestDatabase;
  readonly tokens: Readonly<Record<'ada' | 'mo' | 'lin', string>>;
  /** Its home, and its folder for configuration. */
  readonly folder: string;
  /** In this process. Words between double quotes are one. What `--json` printed is checked against its schema. */
  slipway(args: string, environment?: NodeJS.ProcessEnv): Promise<Ran>;
  /** In a process of its own. */
  start(args: readonly string[], environment?: NodeJS.ProcessEnv): ChildProcess;
  close(): Promise<void>;
}

/** @param temporal left out, it is away: nothing can be changed */
export async function startTestCli(temporal?: Client): Promise<TestCli> {
  const folder = mkdtempSync(path.join(tmpdir(), 'slipway-cli-'));
  const central = await createCentralDatabase();
  const { database, url: databaseUrl } = central;
  const api = await startControlApi({ database, databaseUrl, ...(temporal && { temporal }) });
  const tokens = {
    ada: await signIn(database, 'ada', 'deployer'),
    mo: await signIn(database, 'mo', 'release-owner'),
    lin: await signIn(database, 'lin', 'release-owner'),
  };
  const usual = { SLIPWAY_API: api.url, SLIPWAY_TOKEN: tokens.ada, XDG_CONFIG_HOME: folder, HOME: folder };
  return {
    api,
    central,
    tokens,
    folder,
    async slipway(args, environment = {}) {
      const words = (args.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ''));
      const { around, written } = pipedSurroundings({ ...usual, ...environment });
      const code = await runSlipway(words, around);
      const ran = { code, ...(await written()) };
      if (words.includes('--json')) requirePublished(ran);
      return ran;
    },
    start(args, environment = {}) {
      const node = ['--disable-warning=ExperimentalWarning', 'cli/main.ts'];
      const env = { ...programEnvironment, ...usual, ...environment };
      return spawn(process.execPath, [...node, ...args], { cwd: projectRoot, env, stdio: ['ignore', 'pipe', 'pipe'] });
    },
    async close() {
      await api.close();
      await central.close();
      rmSync(folder, { recursive: true });
    },
  };
}

export async function ended(child: ChildProcess): Promise<Ran> {
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}

/** @throws when stderr holds anything else */
export const problemIn = ({ stderr }: Ran): { type: string; detail: string } =>
  JSON.parse(stderr) as { type: string; detail: string };

/** @throws when a document, an event or a problem is not as its published schema says */
function requirePublished(ran: Ran): void {
  for (const line of ran.stdout.split('\n').filter(Boolean)) {
    const printed = JSON.parse(line) as { readonly schema?: string };
    const name = /^slipway\.([a-z-]+)\/v1$/.exec(printed.schema ?? '')?.[1];
    if (name === undefined) watchEvent.parse(printed);
    else if (Object.hasOwn(documentData, name)) documentOf(name as DocumentName).parse(printed);
    else throw new Error(`${name} is not published`);
  }
  if (ran.stdout === '') problemSchema.parse(problemIn(ran));
}
