import { healthPathIn, inShell, type Guess, type Project } from './project.ts';

/** Uvicorn, gunicorn or Flask by what it depends on and what its files make; else a file that serves by itself. */
export function guessPython(project: Project): Guess | null {
  const requirements = project.read('requirements.txt');
  const needs = `${requirements ?? ''}\n${project.read('pyproject.toml') ?? ''}`.toLowerCase();
  // Some end up in a line for a shell: no name that means something to it.
  const modules = project.files.filter((file) => /^\w[\w-]*\.py$/.test(file));
  const isPackage = requirements !== null || project.has('pyproject.toml');
  if (!isPackage && modules.length === 0) return null;
  const served = modules.map((file) => appIn(file, project.read(file) ?? '')).find((app) => app !== null);
  const lone = modules.find((file) => /http\.server|socketserver|wsgiref/.test(project.read(file) ?? ''));
  const module = served?.file ?? lone ?? modules.find((file) => /^(main|app|server)\.py$/.test(file));
  if (module === undefined) return null;
  const build = isPackage
    ? `python3 -m venv --copies .venv && .venv/bin/python -m pip install ${wanted(requirements)}`
    : null;
  return {
    found: `Python (${requirements !== null ? 'requirements.txt' : isPackage ? 'pyproject.toml' : module}, ${module})`,
    build,
    output: '.',
    checks: null,
    command: commandOf(isPackage ? '.venv/bin/python' : 'python3', module, served ?? null, needs),
    health: healthPathIn(project.read(module)),
    notes: served === undefined ? ['it must listen on the port in os.environ["PORT"]'] : [],
  };
}

const wanted = (requirements: string | null): string => (requirements === null ? '.' : '-r requirements.txt');

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
