/**
 * Which folder may import what (docs/design.md §10). Imports point one way: workflows → domain; activities → domain and
 * protocol; infra implements what activities and the api ask for; workers, api and infra/local put it together; agent and cli stand
 * alone on domain and protocol, web on what people are shown. Folders without an entry (test, bench, docs) have no wall.
 */
import path from 'node:path';

export interface Wall {
  /** Folders (or files) of ours whose values may be imported, besides the part itself; the longest match decides. */
  readonly values: readonly string[];
  /** Folders of ours of which only types may be imported. */
  readonly types?: readonly string[];
  /** Packages that may be imported (`any` for all). */
  readonly packages: readonly string[] | 'any';
  readonly nodeBuiltins: boolean;
}

const everyPart = ['domain', 'protocol', 'activities', 'workflows', 'workflows/bundle.ts', 'infra'];

export const walls: Readonly<Record<string, Wall>> = {
  domain: { values: [], packages: [], nodeBuiltins: false },
  protocol: { values: ['domain'], packages: ['zod', 'canonicalize', 'yaml', 'jose'], nodeBuiltins: true },
  workflows: {
    values: ['domain'],
    types: ['protocol', 'activities'],
    packages: ['@temporalio/workflow', '@temporalio/common'],
    nodeBuiltins: false,
  },
  // Runs in Node, and builds the bundle that the rest of the folder ends up in.
  'workflows/bundle.ts': { values: [], packages: ['@temporalio/worker'], nodeBuiltins: true },
  activities: { values: ['domain', 'protocol'], packages: ['@temporalio/activity'], nodeBuiltins: true },
  infra: { values: ['domain', 'protocol'], types: ['activities', 'api'], packages: 'any', nodeBuiltins: true },
  'infra/local': { values: [...everyPart, 'workers', 'api', 'agent', 'cli'], packages: 'any', nodeBuiltins: true },
  workers: { values: everyPart, packages: 'any', nodeBuiltins: true },
  // The api talks to workflows by message, never by loading their code.
  api: {
    values: ['domain', 'protocol', 'infra', 'workflows/messages'],
    types: ['activities'],
    packages: 'any',
    nodeBuiltins: true,
  },
  // Runs where the project is built, and writes the one file that hosts get.
  'agent/bundle': { values: [], packages: ['rolldown'], nodeBuiltins: true },
  agent: { values: ['domain', 'protocol'], packages: [], nodeBuiltins: true },
  cli: { values: ['domain', 'protocol'], packages: ['commander', 'zod', 'ink', 'react'], nodeBuiltins: true },
  // What runs in a browser knows the api by its published document only; states look the same there as in commands.
  web: {
    values: ['domain/progress'],
    packages: ['react', 'react-dom', 'wouter', '@oazapfts/runtime'],
    nodeBuiltins: false,
  },
  // Runs in Node, and writes the file that the pages call the api through.
  'web/client/generate.ts': { values: ['protocol'], packages: ['oazapfts'], nodeBuiltins: true },
};

export interface Import {
  /** The importing file, relative to the project's root. */
  readonly file: string;
  readonly specifier: string;
  /** A whole-statement `import type`, `export type … from` or `import('…')` in a type position: gone at run time. */
  readonly typeOnly: boolean;
}

/**
 * Why the import breaks a wall, or undefined if it doesn't. Tests, their `.fixture.ts` files and what stands in a
 * folder `testing` may import anything, and no program may import them.
 */
export function brokenWall({ file, specifier, typeOnly }: Import): string | undefined {
  const own = partOf(file, Object.keys(walls));
  const wall = own === undefined ? undefined : walls[own];
  if (own === undefined || wall === undefined || isForTests(file)) return undefined;
  if (specifier.startsWith('node:')) return wall.nodeBuiltins ? undefined : `${own} imports no Node built-ins`;
  if (specifier.startsWith('.')) {
    const target = path.posix.join(path.posix.dirname(file), specifier);
    return brokenByOurs(own, wall, target, typeOnly);
  }
  const name = packageOf(specifier);
  const allowed = wall.packages === 'any' || wall.packages.includes(name);
  return allowed ? undefined : `${own} may not import the package ${name}`;
}

function brokenByOurs(own: string, wall: Wall, target: string, typeOnly: boolean): string | undefined {
  if (isForTests(target)) return `${own} may not import what is for tests only`;
  const values = [own, ...wall.values];
  const types = wall.types ?? [];
  // A nested wall (infra/local) is not part of the folder around it.
  const part = partOf(target, [...Object.keys(walls), ...values, ...types]) ?? target.split('/')[0]!;
  if (values.includes(part) || (typeOnly && types.includes(part))) return undefined;
  return types.includes(part)
    ? `${own} may import only types of ${part} (import type)`
    : `${own} may not import ${part}`;
}

function isForTests(file: string): boolean {
  return /\.(test|fixture)\.ts$/.test(file) || file.split('/').includes('testing');
}

/** The longest of `parts` (folders or files) that holds the file, or is it. */
function partOf(file: string, parts: readonly string[]): string | undefined {
  return parts.filter((part) => file === part || file.startsWith(`${part}/`)).sort((a, b) => b.length - a.length)[0];
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
