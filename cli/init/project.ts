import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** The files of a project, as far as one looks at them to tell what it is. */
export interface Project {
  readonly folder: string;
  has(file: string): boolean;
  /** `null` when it is not there, or too large to be read for a guess. */
  read(file: string): string | null;
  /** Names of files in the folder itself. */
  readonly files: readonly string[];
}

const mostBytes = 1024 * 1024;

export function openProject(folder: string): Project {
  const at = (file: string): string => path.join(folder, file);
  return {
    folder,
    has: (file) => existsSync(at(file)),
    read(file) {
      const found = statSync(at(file), { throwIfNoEntry: false });
      return found?.isFile() && found.size <= mostBytes ? readFileSync(at(file), 'utf8') : null;
    },
    files: readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [entry.name] : [])),
  };
}

/** How a project is built and run, and what told so. */
export interface Guess {
  /** `Node (package.json, script start)` */
  readonly found: string;
  readonly build: string | null;
  readonly output: string;
  readonly checks: string | null;
  /** argv */
  readonly command: readonly string[];
  readonly health: string;
  /** What has to be true for it, for the person to look at. */
  readonly notes: readonly string[];
}

/** argv that sees `$PORT`: nothing expands variables in a command. */
export const inShell = (line: string): readonly string[] => ['sh', '-c', `exec ${line}`];

/** The path that the code answers health checks on, as far as it says; else the root. */
export function healthPathIn(...sources: readonly (string | null)[]): string {
  const known = /['"`](\/(?:healthz|health|_health|livez|readyz|ping|status))['"`?]/;
  return sources.map((source) => known.exec(source ?? '')?.[1]).find((found) => found !== undefined) ?? '/';
}
