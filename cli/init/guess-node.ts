import { healthPathIn, inShell, type Guess, type Project } from './project.ts';

interface PackageJson {
  readonly main?: unknown;
  readonly scripts?: Readonly<Record<string, unknown>>;
  readonly dependencies?: object;
  readonly devDependencies?: object;
}

/** A server with a start script or a main file; else a site that its build script makes. */
export function guessNode(project: Project): Guess | null {
  const text = project.read('package.json');
  if (text === null) return null;
  const manifest = parse(text);
  if (manifest === null) return null;
  const install = installOf(project, manifest);
  const script = (name: string): string | null => {
    const line = manifest.scripts?.[name];
    return typeof line === 'string' && line.trim() !== '' ? line.trim() : null;
  };
  const build = [install, script('build') === null ? null : 'npm run build'].filter(Boolean).join(' && ') || null;
  const test = script('test');
  const checks =
    test === null || test.includes('no test specified') ? null : [install, 'npm test'].filter(Boolean).join(' && ');
  const start = script('start') ?? mainOf(project, manifest);
  if (start !== null) return server(project, start, build, checks);
  return script('build') === null ? null : site(project, manifest, build, checks);
}

function parse(text: string): PackageJson | null {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? parsed : null;
  } catch {
    return null;
  }
}

function installOf(project: Project, { dependencies, devDependencies }: PackageJson): string | null {
  if (Object.keys({ ...dependencies, ...devDependencies }).length === 0) return null;
  if (project.has('pnpm-lock.yaml')) return 'pnpm install --frozen-lockfile';
  if (project.has('yarn.lock')) return 'yarn install --frozen-lockfile';
  return project.has('package-lock.json') ? 'npm ci' : 'npm install';
}

function mainOf(project: Project, { main }: PackageJson): string | null {
  const files = [typeof main === 'string' ? main : '', 'server.js', 'index.js', 'app.js', 'main.js', 'server.mjs'];
  const file = files.find((each) => each !== '' && project.has(each));
  return file === undefined ? null : `node ${file}`;
}

function server(project: Project, start: string, build: string | null, checks: string | null): Guess {
  const words = start.split(/\s+/);
  const isPlain = words[0] === 'node' && !/[$&|;<>'"`*=]/.test(start);
  const entry = isPlain ? (words.find((word) => /\.[cm]?js$/.test(word)) ?? null) : null;
  return {
    found: `Node (package.json, starts with ${JSON.stringify(start)})`,
    build,
    output: '.',
    checks,
    command: isPlain ? words : ['npm', 'start'],
    health: healthPathIn(entry === null ? null : project.read(entry)),
    notes: ['it must listen on process.env.PORT'],
  };
}

const outputs = ['dist', 'build', 'out', 'public'] as const;

function site(project: Project, manifest: PackageJson, build: string | null, checks: string | null): Guess {
  const isVite = Object.hasOwn({ ...manifest.dependencies, ...manifest.devDependencies }, 'vite');
  const output = isVite ? 'dist' : (outputs.find((folder) => project.has(folder)) ?? 'dist');
  return {
    found: 'a static site (package.json, script build)',
    build,
    output,
    checks,
    command: inShell('python3 -m http.server "$PORT"'),
    health: '/',
    notes: [`its build must write to ${output}`],
  };
}
