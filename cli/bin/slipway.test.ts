import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { shells, shellScripts } from '../completion/shell-scripts.ts';

const file = path.join(import.meta.dirname, 'slipway');
let folder: string;
beforeAll(() => void (folder = mkdtempSync(path.join(tmpdir(), 'slipway-bin-'))));
afterAll(() => rmSync(folder, { recursive: true }));

function run(command: string, args: readonly string[], cwd = folder) {
  const env = { PATH: `${path.join(folder, 'bin')}:${process.env.PATH}`, HOME: folder };
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** As `npm link` and npx put it on the PATH. */
function link(): void {
  mkdirSync(path.join(folder, 'lib'), { recursive: true });
  mkdirSync(path.join(folder, 'bin'), { recursive: true });
  symlinkSync(path.resolve(import.meta.dirname, '../..'), path.join(folder, 'lib/slipway'));
  symlinkSync('../lib/slipway/cli/bin/slipway', path.join(folder, 'bin/slipway'));
}

test('slipway runs from any folder, by its path and through links', () => {
  const direct = run(file, ['version']);
  expect(direct).toEqual({ status: 0, stdout: expect.stringMatching(/^slipway \d+\.\d+\.\d+\n/), stderr: '' });
  link();
  expect(run('slipway', ['version'])).toEqual(direct);
});

test('paths are those of the folder one is in, and mistakes have their path and line: 2', () => {
  const spec = 'service: a\nrun: { command: [./a] }\nhealth: { http: / }\nrollout:\n  stages: []\n';
  writeFileSync(path.join(folder, 'slipway.yaml'), spec);
  expect(run(file, ['validate'])).toEqual({
    status: 2,
    stdout: '',
    stderr: 'error: slipway.yaml has 1 mistake\n  slipway.yaml:5 rollout.stages: must name at least one of stages\n',
  });
  const json = run(file, ['validate', '--json']);
  expect([json.stdout, JSON.parse(json.stderr)]).toEqual([
    '',
    expect.objectContaining({ errors: [{ path: 'slipway.yaml:5 rollout.stages', message: expect.any(String) }] }),
  ]);
});

test('what is valid is told as what it would do', () => {
  const stages = '  stages: [{ name: world, regions: [eu-west], batches: [100%] }]\n';
  const spec = `service: a\nrun: { command: [./a] }\nhealth: { http: /up }\nrollout:\n${stages}`;
  writeFileSync(path.join(folder, 'slipway.yaml'), spec);
  const { status, stdout, stderr } = run(file, ['validate']);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^a {2}slipway\.yaml is valid\n[^]* 1 world +eu-west: 100%\n[^]* health +GET \/up every 2s/);
  expect(stderr).toMatch(/^warning: slipway\.yaml rollout\.stages\[0\]\.batches: world switches all hosts/);
});

test.each(shells)('slipway completion %s prints its script', (shell) => {
  expect(run(file, ['completion', shell])).toEqual({ status: 0, stdout: shellScripts[shell], stderr: '' });
});

/** Bash 4.3 knows no array without elements under `set -u`; later ones do, so that this shows only what they would. */
test('bash completes with it, and where there is nothing to complete says nothing', () => {
  const script = `
    set -u
    source <(slipway completion bash)
    COMP_LINE='slipway st' COMP_POINT=10
    _slipway slipway st slipway
    printf '%s\\n' "\${COMPREPLY[@]}"
    COMP_LINE='slipway list re' COMP_POINT=15
    _slipway slipway re list
    printf '%s\\n' "\${COMPREPLY[@]}"
    COMP_LINE='slipway fly x:y' COMP_POINT=15
    _slipway slipway y x`;
  expect(run('bash', ['-c', script])).toEqual({
    status: 0,
    stdout: 'status\nstop-the-line\nstart-the-line\nreleases\nregions\nreviews\n',
    stderr: '',
  });
});
