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
    'Python of the standard library',
    { 'serve.py': 'from http.server import HTTPServer\n' },
    { service: 'checkout', build: null, output: '.', checks: null, command: ['python3', 'serve.py'], http: '/' },
  ],
  [
    'Go',
    { 'go.mod': 'module x\n', 'main.go': 'http.HandleFunc("/healthz", ok)', 'main_test.go': '' },
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
