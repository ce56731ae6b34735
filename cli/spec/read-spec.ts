import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { ServiceSpec } from '../../domain/spec/service-spec.ts';
import { counted } from '../../domain/progress/plain-text.ts';
import { parseServiceSpec, serviceSpecFile, serviceSpecMaxBytes } from '../../protocol/service-spec.ts';
import { UsageError } from '../usage-error.ts';

export interface FoundSpec {
  /** As it was given, or found. */
  readonly file: string;
  readonly spec: ServiceSpec;
}

/** `slipway.yaml` at a path, or in the folder there. @throws UsageError with the path and line of each mistake */
export function readSpec(given: string): FoundSpec {
  const file = fileAt(given);
  const parsed = parseServiceSpec(contentOf(file), path.basename(file));
  if (parsed.ok) return { file, spec: parsed.spec };
  const mistakes = parsed.problems.map((problem) => ({
    path: `${file}:${problem.line}${problem.path === path.basename(file) ? '' : ` ${problem.path}`}`,
    message: problem.message,
  }));
  throw new UsageError(`${file} has ${counted(mistakes.length, 'mistake')}`, mistakes);
}

function fileAt(given: string): string {
  const found = statSync(given, { throwIfNoEntry: false });
  if (found === undefined) throw new UsageError(`there is no ${given}; slipway init writes one`);
  if (!found.isDirectory()) return given;
  const file = path.join(given, serviceSpecFile);
  if (statSync(file, { throwIfNoEntry: false }) === undefined)
    throw new UsageError(`there is no ${file}; slipway init writes one`);
  return file;
}

function contentOf(file: string): Buffer {
  const { size } = statSync(file);
  // The parser says how large it may be; nobody needs a larger one in memory to hear that.
  if (size > 16 * serviceSpecMaxBytes)
    throw new UsageError(`${file} has ${size} bytes, at most ${serviceSpecMaxBytes}`);
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(`${file} can't be read: ${(error as Error).message}`);
  }
}
