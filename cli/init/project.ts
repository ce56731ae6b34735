import { existsSync, readdirSync, readFileSync, statSync, type Dirent } from 'node:fs';
import path from 'node:path';

/** The files of a project, as far as one looks at them to tell what it is. */
export interface Project {
  readonly folder: string;
  has(file: string): boolean;
  /** `null` when it is not there, or too large to be read for a guess. */
  read(file: string): string | null;
  /** Names of files in the folder itself. */
  readonly files: readonly string[];
  /** Of files in and below the folder, `/` between names; what others wrote (packages, builds) is left out. */
  paths(): readonly string[];
}

const mostBytes = 1024 * 1024;
/** So far one looks for a guess: a large repository is not read whole. */
const mostPaths = 5_000;
const ofOthers: ReadonlySet<string> = new Set('node_modules dist build out vendor target venv'.split(' '));

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
    paths: () => pathsBelow(folder),
  };
}

/** What may not be read (a database's folder, say) is no part of the project. */
function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** Level by level: what lies near comes first. */
function pathsBelow(folder: string): readonly string[] {
  const paths: string[] = [];
  for (let level = ['']; level.length > 0 && paths.length < mostPaths;) {
    const next: string[] = [];
    for (const below of level)
      for (const entry of entriesOf(path.join(folder, below))) {
        if (entry.isFile()) paths.push(below + entry.name);
        if (entry.isDirectory() && !entry.name.startsWith('.') && !ofOthers.has(entry.name))
          next.push(`${below}${entry.name}/`);
      }
    level = next;
  }
  return paths;
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
  readonly notes: readonly Note[];
}

/** What has to be true for the guess, for the person to look at. */
export interface Note {
  readonly about: 'run.command' | 'build.output';
  readonly text: string;
}

/** argv that sees `$PORT`: nothing expands variables in a command. */
export const inShell = (line: string): readonly string[] => ['sh', '-c', `exec ${line}`];

/** The path that the code answers health checks on, as far as it says; else the root. */
export function healthPathIn(...sources: readonly (string | null)[]): string {
  const known = /['"`](\/(?:healthz|health|_health|livez|readyz|ping|status))['"`?]/;
  return sources.map((source) => known.exec(source ?? '')?.[1]).find((found) => found !== undefined) ?? '/';
}
