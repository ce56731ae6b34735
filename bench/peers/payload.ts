import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { programFiles } from '../../infra/local/demo/sample-files.ts';

/** Path → content of one release. */
export type Payload = Readonly<Record<string, string>>;

const parts = 50;
const partBytes = 2_000_000;

/** 100 MB of fifty files, and a service in plain Node. */
export function firstPayload(): Payload {
  const part = (index: number) => [`part-${String(index).padStart(2, '0')}`, newPart()] as const;
  return {
    ...programFiles({ greeting: 'hello', health: 200 }),
    ...Object.fromEntries(Array.from({ length: parts }, (_, index) => part(index))),
  };
}

/** The same with one file of fifty anew. */
export const withOneAnew = (payload: Payload): Payload => ({ ...payload, 'part-00': newPart() });

const newPart = (): string => randomBytes(partBytes / 2).toString('hex');

/** As a build that can be repeated leaves it: a file's time changes with its content only, by which rsync tells files apart. */
export function writePayload(folder: string, payload: Payload): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(payload)) {
    const file = path.join(folder, name);
    writeFileSync(file, content);
    const seconds = firstSecond + createHash('sha256').update(content).digest().readUInt32BE() / 256;
    utimesSync(file, seconds, seconds);
  }
}

/** 2020-01-01. */
const firstSecond = 1_577_836_800;
