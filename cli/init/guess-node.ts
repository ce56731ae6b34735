import {
  devPackageOf,
  hasTests,
  isDevServer,
  packageCommands,
  type PackageCommands,
  type PackageJson,
} from './node-packages.ts';
import { healthPathIn, inShell, type Guess, type Note, type Project } from './project.ts';

/** A server with a start script or a main file; else a site that its build script makes. */
export function guessNode(project: Project): Guess | null {
  const manifest = manifestOf(project);
  if (manifest === null) return null;
  const packages = packageCommands(project, manifest);
  const script = (name: string): string | null => {
    const line = manifest.scripts?.[name];
    return typeof line === 'string' && line.trim() !== '' ? line.trim() : null;
  };
  const test = script('test');
  const checks = test === null || !hasTests(test, project) ? null : steps(packages?.all, 'npm test');
  const made: Made = { project, manifest, packages, checks, isBuilt: script('build') !== null };
  const start = startOf(script('start'), made);
  if (start !== null) return server(start, made);
  return made.isBuilt ? site(made) : null;
}

interface Made {
  readonly project: Project;
  readonly manifest: PackageJson;
  readonly packages: PackageCommands | null;
  readonly checks: string | null;
  /** By a build script. */
  readonly isBuilt: boolean;
}

function manifestOf(project: Project): PackageJson | null {
  try {
    const parsed: unknown = JSON.parse(project.read('package.json') ?? 'null');
    return typeof parsed === 'object' ? parsed : null;
  } catch {
    return null;
  }
}

const steps = (...commands: readonly (string | null | undefined)[]): string | null =>
  commands.filter(Boolean).join(' && ') || null;

/** What runs where it is released. A server for development is that only where nothing else could be. */
function startOf(script: string | null, { project, manifest, isBuilt }: Made): string | null {
  if (script !== null && !isDevServer(script)) return script;
  return mainOf(project, manifest) ?? (isBuilt ? null : script);
}

function mainOf(project: Project, { main }: PackageJson): string | null {
  const files = [typeof main === 'string' ? main : '', 'server.js', 'index.js', 'app.js', 'main.js', 'server.mjs'];
  const file = files.find((each) => each !== '' && project.has(each));
  return file === undefined ? null : `node ${file}`;
}

function server(start: string, made: Made): Guess {
  const { project, manifest, checks } = made;
  const words = start.split(/\s+/);
  const isPlain = words[0] === 'node' && !/[$&|;<>'"`*=]/.test(start);
  const entry = isPlain ? (words.find((word) => /\.[cm]?js$/.test(word)) ?? null) : null;
  const needed = devPackageOf(start, manifest);
  const notes: Note[] = [{ about: 'run.command', text: 'it must listen on process.env.PORT' }];
  if (needed !== null)
    notes.push({
      about: 'run.command',
      text: `it starts ${needed}, a package for development: move it to dependencies`,
    });
  return {
    found: `Node (package.json, starts with ${JSON.stringify(start)})`,
    build: buildOf(made, needed !== null),
    output: '.',
    checks,
    command: isPlain ? words : ['npm', 'start'],
    health: healthPathIn(entry === null ? null : project.read(entry)),
    notes,
  };
}

/** The packages are released with the server: those that only development needs are not. */
function buildOf({ manifest, packages, isBuilt }: Made, needsDev: boolean): string | null {
  const build = isBuilt ? 'npm run build' : null;
  const hasDev = Object.keys(manifest.devDependencies ?? {}).length > 0;
  if (packages === null || !hasDev || needsDev) return steps(packages?.all, build);
  return isBuilt ? steps(packages.all, build, packages.prune) : packages.production;
}

const outputs = ['dist', 'build', 'out', 'public'] as const;
/** Where these write to unless told otherwise. */
const outputOf: Readonly<Record<string, string>> = { vite: 'dist', 'react-scripts': 'build', gatsby: 'public' };

function site({ project, manifest, packages, checks }: Made): Guess {
  const named = { ...manifest.dependencies, ...manifest.devDependencies };
  const tool = Object.keys(outputOf).find((each) => Object.hasOwn(named, each));
  const output = outputOf[tool ?? ''] ?? outputs.find((folder) => project.has(folder)) ?? 'dist';
  return {
    found: 'a static site (package.json, script build)',
    build: steps(packages?.all, 'npm run build'),
    output,
    checks,
    command: inShell('python3 -m http.server "$PORT"'),
    health: '/',
    notes: [{ about: 'build.output', text: `its build must write to ${output}` }],
  };
}
