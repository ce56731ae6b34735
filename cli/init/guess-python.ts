import { healthPathIn, inShell, type Guess, type Project } from './project.ts';

/** Uvicorn, gunicorn or Flask by what it depends on and what its files make; else a file or package that serves by itself. */
export function guessPython(project: Project): Guess | null {
  const declared = declarations.find((file) => project.has(file)) ?? null;
  const needs = declarations
    .map((file) => project.read(file) ?? '')
    .join('\n')
    .toLowerCase();
  // Some end up in a line for a shell: no name that means something to it.
  const modules = project.files.filter((file) => /^\w[\w-]*\.py$/.test(file) && !ofTools.has(file));
  if (declared === null && modules.length === 0) return null;
  const served = modules.map((file) => appIn(file, project.read(file) ?? '')).find((app) => app !== null) ?? null;
  const lone = modules.find((file) => /http\.server|socketserver|wsgiref/.test(project.read(file) ?? ''));
  const module = served?.file ?? lone ?? modules.find((file) => /^(main|app|server)\.py$/.test(file)) ?? null;
  const started = module ?? packageOf(project);
  if (started === null) return null;
  const python = declared === null ? 'python3' : '.venv/bin/python';
  return {
    found: `Python (${declared ?? started}, ${started})`,
    build: declared === null ? null : installOf(declared),
    output: '.',
    checks: null,
    command: module === null ? [python, '-m', started] : commandOf(python, module, served, needs),
    health: healthPathIn(module === null ? null : project.read(module)),
    notes: served === null ? [{ about: 'run.command', text: 'it must listen on the port in os.environ["PORT"]' }] : [],
  };
}

/** Files that say what it depends on, the most exact first. */
const declarations = ['requirements.txt', 'pyproject.toml', 'setup.py', 'setup.cfg'] as const;
const ofTools: ReadonlySet<string> = new Set(['setup.py', 'conftest.py', 'noxfile.py', 'fabfile.py']);

const installOf = (declared: string): string =>
  `python3 -m venv --copies .venv && .venv/bin/python -m pip install ${declared === 'requirements.txt' ? '-r requirements.txt' : '.'}`;

/** What `python -m` starts. */
function packageOf(project: Project): string | null {
  const mains = project.paths().map((path) => /^(?:src\/)?(\w+)\/__main__\.py$/.exec(path)?.[1]);
  return mains.find((name) => name !== undefined) ?? null;
}

interface App {
  readonly file: string;
  readonly variable: string;
  readonly kind: 'asgi' | 'flask' | 'wsgi';
}

function appIn(file: string, source: string): App | null {
  const made =
    /^(\w+)\s*(?::\s*\w+\s*)?=\s*(FastAPI|Starlette|Quart|Litestar|Flask|get_wsgi_application|get_asgi_application)\(/m;
  const [, variable, by] = made.exec(source) ?? [];
  if (variable === undefined || by === undefined) return null;
  return { file, variable, kind: by === 'Flask' ? 'flask' : by === 'get_wsgi_application' ? 'wsgi' : 'asgi' };
}

/** `python -m`, because scripts of a venv name the folder that it was made in. */
function commandOf(python: string, module: string, app: App | null, needs: string): readonly string[] {
  if (app === null) return [python, module];
  const target = `${module.replace(/\.py$/, '')}:${app.variable}`;
  if (app.kind === 'asgi' && needs.includes('uvicorn'))
    return inShell(`${python} -m uvicorn ${target} --host 0.0.0.0 --port "$PORT"`);
  if (app.kind === 'asgi' && needs.includes('fastapi[standard]'))
    return inShell(`${python} -m uvicorn ${target} --host 0.0.0.0 --port "$PORT"`);
  if (needs.includes('gunicorn')) return inShell(`${python} -m gunicorn --bind "0.0.0.0:$PORT" ${target}`);
  if (app.kind === 'flask') return inShell(`${python} -m flask --app ${target} run --host 0.0.0.0 --port "$PORT"`);
  return [python, module];
}
