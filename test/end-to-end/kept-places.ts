/** All that a stack keeps, or shows to others: where something that must be nowhere is looked for. */
import { readdirSync, readFileSync, type Dirent } from 'node:fs';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import pg from 'pg';
import { databaseUrl, temporalNamespace, type StackShape } from '../../infra/local/programs.ts';

/** A place, and what stands there. */
export interface Kept {
  readonly place: string;
  readonly bytes: Buffer;
}

/** Places that hold the text: as it is, as hex, percent-encoded, or within something in base64. */
export function holding(text: string, places: Iterable<Kept>): readonly string[] {
  const forms = [text, Buffer.from(text).toString('hex'), encodeURIComponent(text), ...withinBase64(text)];
  const found: string[] = [];
  for (const { place, bytes } of places) if (forms.some((form) => bytes.includes(form))) found.push(place);
  return found;
}

/** Three bytes are four characters: by where the text begins, without those that what stands around it changes. */
const withinBase64 = (text: string): readonly string[] =>
  [0, 1, 2].map((before) => {
    const bytes = Buffer.from(' '.repeat(before) + text);
    const whole = bytes.subarray(before === 0 ? 0 : 3, bytes.length - (bytes.length % 3));
    return whole.toString('base64');
  });

/** One at a time: a database's files are large. */
export function* filesBelow(folder: string, without: readonly string[] = []): Generator<Kept> {
  for (const entry of entriesOf(folder)) {
    const file = path.join(folder, entry.name);
    if (without.includes(file)) continue;
    if (entry.isDirectory()) yield* filesBelow(file, without);
    else if (entry.isFile()) yield kept(file);
  }
}

/** None of what is gone meanwhile. */
function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** What everybody sees of processes, or only their own account: command lines, environments. */
export function* ofProcesses(what: 'cmdline' | 'environ'): Generator<Kept> {
  for (const pid of readdirSync('/proc')) if (/^\d+$/.test(pid)) yield kept(`/proc/${pid}/${what}`);
}

/** Empty for what is gone meanwhile, or another's. */
function kept(file: string): Kept {
  try {
    return { place: file, bytes: readFileSync(file) };
  } catch {
    return { place: file, bytes: Buffer.alloc(0) };
  }
}

/** Each table of each database, as SQL shows it: on disk long values are compressed. */
export async function allTables(shape: StackShape): Promise<readonly Kept[]> {
  const databases = await query(
    shape,
    'postgres',
    'select datname as text from pg_database where datallowconn and not datistemplate',
  );
  const tables: Kept[] = [];
  for (const database of databases) {
    const names = await query(
      shape,
      database,
      `select format('%I.%I', schemaname, tablename) as text from pg_tables
       where schemaname not in ('pg_catalog', 'information_schema')`,
    );
    for (const name of names) {
      const rows = await query(shape, database, `select row::text as text from ${name} as row`);
      tables.push({ place: `${database} ${name}`, bytes: Buffer.from(rows.join('\n')) });
    }
  }
  return tables;
}

async function query(shape: StackShape, database: string, sql: string): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: databaseUrl(shape, database) });
  await client.connect();
  try {
    return (await client.query<{ text: string }>(sql)).rows.map(({ text }) => text);
  } finally {
    await client.end();
  }
}

/** Of every run of every workflow. */
export async function allHistories({ addresses, data }: StackShape): Promise<readonly Kept[]> {
  const connection = await Connection.connect({ address: `127.0.0.1:${addresses.temporal}` });
  try {
    const { workflow } = new Client({ connection, namespace: temporalNamespace(data) });
    const histories: Kept[] = [];
    for await (const { workflowId, runId } of workflow.list()) {
      const history = await workflow.getHandle(workflowId, runId).fetchHistory();
      histories.push({ place: `history of ${workflowId}`, bytes: Buffer.from(historyToJSON(history)) });
    }
    return histories;
  } finally {
    await connection.close();
  }
}
