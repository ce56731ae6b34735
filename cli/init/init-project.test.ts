import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { regionName } from '../../domain/names.ts';
import { parseServiceSpec } from '../../protocol/service-spec.ts';
import { initProject, type InitRequest } from './init-project.ts';

let folder: string;
beforeEach(() => {
  folder = path.join(mkdtempSync(path.join(tmpdir(), 'slipway-init-')), 'checkout');
  mkdirSync(folder);
  execFileSync('git', ['init', '--quiet', '--initial-branch=main'], { cwd: folder });
});
afterEach(() => rmSync(path.dirname(folder), { recursive: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
}

const regions = ['eu-west', 'us-east'].map(regionName);
const init = (request: Partial<InitRequest> = {}) => initProject({ folder, regions, ...request });

function specOf() {
  const parsed = parseServiceSpec(readFileSync(path.join(folder, 'slipway.yaml')));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.spec;
}

const dependencies = { dependencies: { express: '5' } };
const json = (value: object) => JSON.stringify(value);

test.each([
  [
    'Node with a start script',
    {
      'package.json': json({
        name: '@acme/shop',
        scripts: { start: 'node server.js', build: 'tsc', test: 'jest' },
        ...dependencies,
      }),
      'package-lock.json': '{}',
      'server.js': "app.get('/healthz', ok)",
      'src/shop.test.js': '',
    },
    {
      service: 'shop',
      build: 'npm ci && npm run build',
      output: '.',
      checks: 'npm ci && npm test',
      command: ['node', 'server.js'],
      http: '/healthz',
    },
  ],
  [
    'Node whose packages for development are not released',
    {
      'package.json': json({
        scripts: { start: 'node .', build: 'tsc', test: 'jest' },
        ...dependencies,
        devDependencies: { typescript: '7', jest: '30' },
      }),
    },
    {
      service: 'checkout',
      build: 'npm install && npm run build && npm prune --omit=dev',
      output: '.',
      checks: null,
      command: ['node', '.'],
      http: '/',
    },
  ],
  [
    'Node that is not built, with packages for development',
    { 'package.json': json({ ...dependencies, devDependencies: { jest: '30' } }), 'app.js': '', 'yarn.lock': '' },
    {
      service: 'checkout',
      build: 'yarn install --frozen-lockfile --production',
      output: '.',
      checks: null,
      command: ['node', 'app.js'],
      http: '/',
    },
  ],
  [
    'Node whose start script restarts it at each change',
    {
      'package.json': json({ main: 'app.js', scripts: { start: 'PORT=1 npx nodemon app.js' }, ...dependencies }),
      'app.js': '',
    },
    { service: 'checkout', build: 'npm install', output: '.', checks: null, command: ['node', 'app.js'], http: '/' },
  ],
  [
    'Node that needs a package for development',
    {
      'package.json': json({ scripts: { start: 'tsx server.ts' }, ...dependencies, devDependencies: { tsx: '4' } }),
      'server.ts': '',
    },
    { service: 'checkout', build: 'npm install', output: '.', checks: null, command: ['npm', 'start'], http: '/' },
  ],
  [
    'a site whose start script is for those who write it',
    {
      'package.json': json({
        scripts: { start: 'react-scripts start', build: 'react-scripts build', test: 'react-scripts test' },
        dependencies: { 'react-scripts': '5' },
      }),
    },
    {
      service: 'checkout',
      build: 'npm install && npm run build',
      output: 'build',
      checks: null,
      command: ['sh', '-c', 'exec python3 -m http.server "$PORT"'],
      http: '/',
    },
  ],
  [
    'Node whose start needs a shell',
    { 'package.json': json({ scripts: { start: 'NODE_ENV=production node .' } }) },
    { service: 'checkout', build: null, output: '.', checks: null, command: ['npm', 'start'], http: '/' },
  ],
  [
    'Node without a package to install',
    { 'package.json': json({ scripts: { test: 'echo "Error: no test specified" && exit 1' } }), 'index.js': '' },
    { service: 'checkout', build: null, output: '.', checks: null, command: ['node', 'index.js'], http: '/' },
  ],
  [
    'a site built by Vite',
    { 'package.json': json({ scripts: { build: 'vite build' }, devDependencies: { vite: '8' } }), 'index.html': '' },
    {
      service: 'checkout',
      build: 'npm install && npm run build',
      output: 'dist',
      checks: null,
      command: ['sh', '-c', 'exec python3 -m http.server "$PORT"'],
      http: '/',
    },
  ],
  [
    'FastAPI',
    { 'requirements.txt': 'fastapi\nuvicorn\n', 'main.py': 'app = FastAPI()\n@app.get("/health")\n' },
    {
      service: 'checkout',
      build: 'python3 -m venv --copies .venv && .venv/bin/python -m pip install -r requirements.txt',
      output: '.',
      checks: null,
      command: ['sh', '-c', 'exec .venv/bin/python -m uvicorn main:app --host 0.0.0.0 --port "$PORT"'],
      http: '/health',
    },
  ],
  [
    'Flask behind gunicorn',
    { 'requirements.txt': 'Flask==3\ngunicorn\n', 'web.py': 'site = Flask(__name__)\n' },
    {
      service: 'checkout',
      build: 'python3 -m venv --copies .venv && .venv/bin/python -m pip install -r requirements.txt',
      output: '.',
      checks: null,
      command: ['sh', '-c', 'exec .venv/bin/python -m gunicorn --bind "0.0.0.0:$PORT" web:site'],
      http: '/',
    },
  ],
  [
    'Python that only has a setup.py',
    { 'setup.py': "setup(install_requires=['flask', 'gunicorn'])\n", 'site.py': 'app = Flask(__name__)\n' },
    {
      service: 'checkout',
      build: 'python3 -m venv --copies .venv && .venv/bin/python -m pip install .',
      output: '.',
      checks: null,
      command: ['sh', '-c', 'exec .venv/bin/python -m gunicorn --bind "0.0.0.0:$PORT" site:app'],
      http: '/',
    },
  ],
  [
    'a Python package that is started as a module',
    { 'pyproject.toml': '', 'src/shop/__main__.py': '' },
    {
      service: 'checkout',
      build: 'python3 -m venv --copies .venv && .venv/bin/python -m pip install .',
      output: '.',
      checks: null,
      command: ['.venv/bin/python', '-m', 'shop'],
      http: '/',
    },
  ],
  [
    'Python of the standard library',
    { 'serve.py': 'from http.server import HTTPServer\n' },
    { service: 'checkout', build: null, output: '.', checks: null, command: ['python3', 'serve.py'], http: '/' },
  ],
  [
    'Go',
    { 'go.mod': 'module x\n', 'main.go': 'http.HandleFunc("/healthz", ok)', 'cart/cart_test.go': '' },
    {
      service: 'checkout',
      build: 'go build -o bin/checkout .',
      output: 'bin',
      checks: 'go test ./...',
      command: ['./checkout'],
      http: '/healthz',
    },
  ],
  [
    'a static site',
    { 'index.html': '<h1>' },
    {
      service: 'checkout',
      build: null,
      output: '.',
      checks: null,
      command: ['sh', '-c', 'exec python3 -m http.server "$PORT"'],
      http: '/',
    },
  ],
])('%s becomes a slipway.yaml that is valid', (_, files, expected) => {
  write(files);
  init();
  const { service, build, checks, run, health, rollout } = specOf();
  expect({
    service,
    build: build.run,
    output: build.output,
    checks: checks?.run ?? null,
    command: run.command,
    http: health.http,
  }).toEqual(expected);
  expect(rollout.stages.map((stage) => stage.regions)).toEqual([['eu-west'], ['us-east']]);
});

test('what has to be true for a guess stands at the line that it is about, and so does the warning', () => {
  write({ 'go.mod': 'module x\n', 'main.go': '' });
  const { warnings } = init();
  const source = readFileSync(path.join(folder, 'slipway.yaml'), 'utf8');
  expect(source).toMatch(/^ {2}output: bin .*\n {2}# it holds the program alone/m);
  expect(source).toMatch(/^ {2}command: .*\n {2}# it must listen on the port in os\.Getenv\("PORT"\)$/m);
  expect(warnings.map((warning) => warning.split(': ')[0]).slice(0, 2)).toEqual(['build.output', 'run.command']);
});

test('a package for development that a start needs is named', () => {
  write({ 'package.json': json({ scripts: { start: 'tsx a.ts' }, devDependencies: { tsx: '4' } }) });
  expect(init().warnings).toContain('run.command: it starts tsx, a package for development: move it to dependencies');
});

test('flags say what the files do not', () => {
  init({ service: 'cart', run: './serve --port $PORT', health: '/up' });
  expect(specOf()).toMatchObject({
    service: 'cart',
    run: { command: ['sh', '-c', 'exec ./serve --port $PORT'] },
    health: { http: '/up' },
  });
});

test('where the regions are not known the file says that they are a guess', () => {
  write({ 'index.html': '' });
  init({ regions: null });
  expect(readFileSync(path.join(folder, 'slipway.yaml'), 'utf8')).toContain('these regions are a guess');
});

test('a file that is there is never written over, unless that is asked for', () => {
  write({ 'index.html': '', 'slipway.yaml': 'mine' });
  expect(() => init()).toThrow(/--force writes over it/);
  expect(readFileSync(path.join(folder, 'slipway.yaml'), 'utf8')).toBe('mine');
  init({ force: true });
  expect(specOf().service).toBe('checkout');
});

test.each([
  ['what cannot be told', {}, {}, /give --run <command>/],
  ['a name that is none', { 'index.html': '' }, { service: 'No Name' }, /--service should be/],
  ['a health path that is none', { 'index.html': '' }, { health: 'up' }, /must be a path such as \/healthz/],
  ['a package.json that is no JSON, and nothing else', { 'package.json': '{' }, {}, /give --run <command>/],
])('refused with what to do: %s', (_, files, request, message) => {
  write(files);
  expect(() => init(request)).toThrow(message);
});

test('outside of a git repository nothing is written', () => {
  rmSync(path.join(folder, '.git'), { recursive: true });
  write({ 'index.html': '' });
  expect(() => init()).toThrow(/is not in a git repository/);
});
