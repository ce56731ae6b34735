import type { Project } from './project.ts';

/** As far as a guess looks at it. */
export interface PackageJson {
  readonly main?: unknown;
  readonly scripts?: Readonly<Record<string, unknown>>;
  readonly dependencies?: object;
  readonly devDependencies?: object;
}

/** How packages are installed, by the lock that is there. */
export interface PackageCommands {
  readonly all: string;
  /** Without those that only development needs. */
  readonly production: string;
  /** Takes those away again after a build that needed them. */
  readonly prune: string;
}

/** `null` when there is nothing to install. */
export function packageCommands(
  project: Project,
  { dependencies, devDependencies }: PackageJson,
): PackageCommands | null {
  if (Object.keys({ ...dependencies, ...devDependencies }).length === 0) return null;
  if (project.has('pnpm-lock.yaml')) {
    const all = 'pnpm install --frozen-lockfile';
    return { all, production: `${all} --prod`, prune: 'CI=true pnpm prune --prod' };
  }
  if (project.has('yarn.lock')) {
    const all = 'yarn install --frozen-lockfile';
    const production = `${all} --production`;
    return { all, production, prune: `${production} --ignore-scripts` };
  }
  const all = project.has('package-lock.json') ? 'npm ci' : 'npm install';
  return { all, production: `${all} --omit=dev`, prune: 'npm prune --omit=dev' };
}

/** A server for those who write the code: it compiles at each request, or restarts at each change. */
const devServers =
  /^(vite|nodemon|ts-node-dev|parcel|webpack-dev-server|webpack serve|react-scripts start|ng serve|vue-cli-service serve|(next|nuxt|astro|gatsby) dev(elop)?)\b/;

/** What a line of a script begins, beside its environment: `vite --host` of `PORT=1 npx vite --host`. */
const begun = (line: string): string => line.replace(/^((cross-env|npx|[A-Z_][A-Z0-9_]*=\S*)\s+)*/, '');

export const isDevServer = (line: string): boolean => devServers.test(begun(line));

/** The package that a line needs and that is installed for development only. */
export function devPackageOf(line: string, { dependencies, devDependencies }: PackageJson): string | null {
  const program = begun(line).split(/\s+/)[0] ?? '';
  return Object.hasOwn({ ...devDependencies }, program) && !Object.hasOwn({ ...dependencies }, program)
    ? program
    : null;
}

const runners = /^(jest|vitest|mocha|ava|tap|node --test|react-scripts test)\b/;
const tests = /(^|\/)(__tests__|tests?)\/|[.-](test|spec)\.[cm]?[jt]sx?$/;

/** Whether a test script has something to run: a runner that finds no test fails. */
export const hasTests = (line: string, project: Project): boolean =>
  !line.includes('no test specified') &&
  (!runners.test(begun(line)) || project.paths().some((path) => tests.test(path)));
