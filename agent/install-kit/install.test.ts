import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { buildAgent } from '../testing/build-agent.ts';
import { parseEnvironment } from '../commands/environment-file.ts';

let folder: string;
let kit: string;
let root: string;
let machine: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'slipway-install-'));
  kit = path.join(folder, 'kit');
  buildAgent(kit);
  root = path.join(folder, 'root.json');
  writeFileSync(root, '{}');
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  machine = mkdtempSync(path.join(folder, 'machine-'));
});

const first = ['--host', 'eu-west-1', '--region', 'eu-west', '--gateway', 'https://gateway.example'];
function install(...args: string[]) {
  const withNode = args.includes('--node') ? args : ['--node', process.execPath, ...args];
  const env = { PATH: process.env['PATH'], DESTDIR: machine };
  return spawnSync('sh', [path.join(kit, 'install.sh'), ...withNode], { encoding: 'utf8', env });
}
const installed = (file: string): string => path.join(machine, file);
const modeOf = (file: string): string => (statSync(installed(file)).mode & 0o777).toString(8);

describe('install.sh', () => {
  it('says no more than that it failed where a file can not be written', () => {
    mkdirSync(installed('usr/local/lib/slipway'), { recursive: true });
    symlinkSync('/dev/full', installed('usr/local/lib/slipway/launch-agent.new'));
    const result = install(...first, '--root', root);
    expect(result.status).not.toBe(0);
    expect(result.stdout).not.toMatch(/installed \S+launch-agent$/m);
  });

  it('installs the file, its settings and its unit, so that the command starts', () => {
    writeFileSync(path.join(folder, 'token'), 'secret');
    const result = install(
      ...first,
      '--root',
      root,
      '--token-file',
      path.join(folder, 'token'),
      '--ports',
      '30000-30009',
    );
    expect(result).toMatchObject({ status: 0, stderr: '' });
    expect(parseEnvironment(readFileSync(installed('etc/slipway/agent.env'), 'utf8'))).toMatchObject({
      SLIPWAY_HOST: 'eu-west-1',
      SLIPWAY_REGION: 'eu-west',
      SLIPWAY_GATEWAY_URL: 'https://gateway.example',
      SLIPWAY_AGENT_DIRECTORY: '/var/lib/slipway',
      SLIPWAY_INSTANCE_PORTS: '30000-30009',
    });
    expect(modeOf('usr/local/bin/slipway-agent')).toBe('755');
    expect(modeOf('etc/slipway/enrolment-token')).toBe('400');
    expect(modeOf('var/lib/slipway')).toBe('700');
    const unit = readFileSync(installed('etc/systemd/system/slipway-agent.service'), 'utf8');
    expect(unit).toContain(
      `ExecStart=/bin/sh /usr/local/lib/slipway/launch-agent ${process.execPath} /usr/local/bin/slipway-agent`,
    );
    expect(modeOf('usr/local/lib/slipway/launch-agent')).toBe('755');
    const program = [installed('usr/local/bin/slipway-agent'), 'help'];
    expect(spawnSync(process.execPath, program, { encoding: 'utf8' }).stdout).toContain('rollback');
  });

  it('takes several gateways', () => {
    const gateways = 'https://one.example:8443,https://two.example:8443';
    expect(install(...first.slice(0, 5), gateways, '--root', root)).toMatchObject({ status: 0, stderr: '' });
    const settings = parseEnvironment(readFileSync(installed('etc/slipway/agent.env'), 'utf8'));
    expect(settings['SLIPWAY_GATEWAY_URL']).toBe(gateways);
  });

  it('run again changes nothing, and upgrades the file without touching the settings', () => {
    install(...first, '--root', root);
    appendFileSync(installed('etc/slipway/agent.env'), '# by hand\n');
    expect(install()).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(install(...first, '--root', root)).toMatchObject({ status: 0, stdout: '', stderr: '' });
    appendFileSync(path.join(kit, 'slipway-agent'), '// newer\n');
    expect(install().stdout).toBe(`installed ${installed('usr/local/bin/slipway-agent')}\n`);
    expect(readFileSync(installed('usr/local/bin/slipway-agent'), 'utf8')).toMatch(/newer\n$/);
    expect(readFileSync(installed('etc/slipway/agent.env'), 'utf8')).toMatch(/# by hand\n$/);
  });

  it.each<[string, () => string[], string]>([
    [
      'without its settings the first time',
      () => [],
      'the first time --host, --region, --gateway and --root are needed',
    ],
    ['with an option that it does not know', () => ['--hots', 'x'], 'there is no option --hots'],
    ['with an option without a value', () => ['--host'], '--host needs a value'],
    ['with a gateway in the clear', () => [...first.slice(0, 5), 'http://x', '--root', root], 'should be an https URL'],
    [
      'with one of several gateways in the clear',
      () => [...first.slice(0, 5), 'https://x,http://y', '--root', root],
      '--gateway http://y: it should be an https URL',
    ],
    [
      'with a blank between gateways',
      () => [...first.slice(0, 5), 'https://x, https://y', '--root', root],
      'or several with commas between them',
    ],
    ['with a root document that is not there', () => [...first, '--root', '/no/such'], "/no/such can't be read"],
    ['with wrong ports', () => [...first, '--root', root, '--ports', '20000'], 'it should be two ports'],
    [
      'with something else than Node',
      () => [...first, '--root', root, '--node', '/bin/true'],
      'Node 24 or later is needed',
    ],
  ])('refuses to run %s, says why, and changes nothing', (_how, args, reason) => {
    const result = install(...args());
    expect(result.status).toBe(2);
    expect(result.stderr).toContain(reason);
    expect(result.stderr).toContain('Nothing was changed.');
    expect(readdirSync(machine)).toEqual([]);
  });

  it('refuses to make another host of a machine that is one', () => {
    install(...first, '--root', root);
    const result = install('--host', 'eu-west-2');
    expect(result).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('set up otherwise than by SLIPWAY_HOST=eu-west-2'),
    });
    expect(readFileSync(installed('etc/slipway/agent.env'), 'utf8')).toContain('SLIPWAY_HOST=eu-west-1\n');
  });
});

const analyzer = '/usr/bin/systemd-analyze';
(existsSync(analyzer) ? describe : describe.skip)('the unit', () => {
  it('is understood by systemd, keeps keepers alive, and is hardened', () => {
    const text = readFileSync(path.join(kit, 'slipway-agent.service'), 'utf8');
    const unit = path.join(machine, 'slipway-agent.service');
    writeFileSync(unit, text.replace('@NODE@', process.execPath).replace('/usr/local/bin/slipway-agent', '/bin/sh'));
    expect(spawnSync(analyzer, ['verify', unit], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    // 10 is open, 0 is closed: an unhardened unit has 9.6.
    const judged = spawnSync(analyzer, ['security', '--offline=true', '--threshold=25', unit], { encoding: 'utf8' });
    expect(judged.status).toBe(0);
    expect(text).toMatch(/^KillMode=process$/m);
    expect(text).toMatch(/^Delegate=yes$/m);
    expect(text).not.toMatch(/^(PrivateTmp|RuntimeDirectory|RemoveIPC|ProtectControlGroups|MemoryDenyWriteExecute)=/m);
  });
});
