import { createPublicKey, type KeyObject } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { lifeFrom, type CertificateLife } from '../../domain/host-identity/certificate-life.ts';
import { hostId, regionName } from '../../domain/names.ts';
import { spkiOf } from '../../protocol/host-identity.ts';
import { createTestAuthority, newKeyPair, type TestAuthority } from '../../test/host-certificates.ts';
import { GatewayError } from '../gateway/gateway-error.ts';
import { until } from '../testing/test-agent.ts';
import type { CertificateSource } from './ask-certificate.ts';
import { openIdentityFiles, type HostKey, type IdentityFiles, type IdentityRole } from './identity-files.ts';
import { keepIdentity, type IdentityOptions, type KeptIdentity } from './keep-identity.ts';

const dayMs = 86_400_000;
const own = { host: hostId('a'), region: regionName('eu-west') };
const token = `sle_eu-west_${'x'.repeat(43)}`;

/** Certifies whatever it is asked for, and can lose an answer or refuse. */
class FakeSource implements CertificateSource {
  readonly enrolled: string[] = [];
  renewals = 0;
  /** Thrown instead of the answer, once each. */
  readonly failures: Error[] = [];
  life: CertificateLife = lifeFrom(Date.now(), 90 * dayMs);
  readonly #authority: TestAuthority;
  constructor(authority: TestAuthority) {
    this.#authority = authority;
  }
  async enroll(_token: string, key: KeyObject): Promise<string> {
    this.enrolled.push(spkiOf(key));
    return this.#certify(key);
  }
  async renew(_key: KeyObject, nextKey: KeyObject): Promise<string> {
    this.renewals += 1;
    return this.#certify(nextKey);
  }
  async #certify(key: KeyObject): Promise<string> {
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
    return this.#authority.authority.certifyHost(own.host, createPublicKey(key), this.life);
  }
}

let folder: string;
let authority: TestAuthority;
let source: FakeSource;
let ending: AbortController;
let said: string[];
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'slipway-identity-'));
  authority = await createTestAuthority();
  source = new FakeSource(authority);
  ending = new AbortController();
  said = [];
});
afterEach(async () => {
  ending.abort();
  await running?.done;
  rmSync(folder, { recursive: true });
});

const files = (): IdentityFiles =>
  openIdentityFiles(folder, own, (file, why) => said.push(`${path.basename(file)}: ${why}`));
const tokenFile = (): string => path.join(folder, 'token');
const say = (line: string): void => void said.push(line);
let running: KeptIdentity | undefined;
async function open(read = files(), more: Partial<IdentityOptions> = {}): Promise<KeptIdentity> {
  running = await keepIdentity({
    own,
    trust: { region: own.region, authorities: authority.trusted },
    files: read,
    source,
    enrolmentTokenFile: tokenFile(),
    machine: null,
    log: { debug: say, info: say, warn: say, error: say },
    signal: ending.signal,
    ...more,
  });
  return running;
}
/** As after a kill: nothing is carried over but files. */
async function again(): Promise<KeptIdentity> {
  ending.abort();
  await running?.done;
  ending = new AbortController();
  return open();
}
async function put(role: IdentityRole, life = lifeFrom(Date.now(), 90 * dayMs)): Promise<HostKey> {
  const pair = newKeyPair();
  const { certificate } = await authority.certify('a', pair, life);
  const held = { key: pair.privateKey, certificate, token: null };
  await files().write(role, held);
  return held;
}
/** Files of which some can't be read, as for want of descriptors, until the test takes them out; and how often that was met. */
function unreadable(...roles: IdentityRole[]): { files: IdentityFiles; roles: Set<IdentityRole>; met: number } {
  const readable = files();
  const made = { roles: new Set(roles), met: 0, files: readable };
  made.files = {
    ...readable,
    read(role) {
      if (!made.roles.has(role)) return readable.read(role);
      made.met += 1;
      return Promise.reject(
        Object.assign(new Error('ENFILE: file table overflow'), { code: 'ENFILE', syscall: 'open' }),
      );
    },
  };
  return made;
}
/** Two tries more. */
async function metAgain(reading: { readonly met: number }): Promise<void> {
  const before = reading.met;
  await eventually(() => reading.met > before + 2);
}
const shownBy = async (identity: KeptIdentity): Promise<string> =>
  (await identity.identity(AbortSignal.timeout(10_000))).certificate;
const eventually = (holds: () => boolean | Promise<boolean>) => until(holds, () => said.join('\n'));
const kept = (): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort();

describe('a host without a certificate', () => {
  it('waits for a token, and enrols itself when there is one', async () => {
    const identity = await open();
    writeFileSync(tokenFile(), `${token}\n`);
    const certificate = await shownBy(identity);
    expect((await files().read('host'))!.certificate).toBe(certificate);
    expect(kept()).toEqual(['host.json']);
  });

  it('says so when a token is there that it can not read, and enrols itself once it can', async () => {
    mkdirSync(tokenFile());
    const identity = await open();
    await eventually(() => said.includes('no certificate could be had'));
    rmSync(tokenFile(), { recursive: true });
    writeFileSync(tokenFile(), token);
    await shownBy(identity);
    expect(kept()).toEqual(['host.json']);
  });

  it('asks with the same key again when the answer was lost, over a kill too', async () => {
    writeFileSync(tokenFile(), token);
    source.failures.push(new GatewayError('reset'), new GatewayError('reset'));
    await open();
    await eventually(() => source.enrolled.length > 0);
    const identity = await again();
    await shownBy(identity);
    expect(source.enrolled.length).toBeGreaterThan(1);
    expect(new Set(source.enrolled).size).toBe(1);
  });

  it('does not ask again with a token that was refused, and takes the next one with another key', async () => {
    source.failures.push(new GatewayError('used token', 403, 0, 'enrolment-refused'));
    writeFileSync(tokenFile(), token);
    const identity = await open();
    await eventually(() => said.some((line) => line.includes('was refused')));
    writeFileSync(tokenFile(), token.replaceAll('x', 'y'));
    await shownBy(identity);
    expect(new Set(source.enrolled).size).toBe(2);
    expect(source.enrolled).toHaveLength(2);
  });

  it.each([
    ['of another region', token.replace('eu-west', 'us-east'), 'is for another region'],
    ['that is none', 'hunter2', 'is no enrolment token'],
  ])('shows a token %s to nobody', async (_what, text, reason) => {
    writeFileSync(tokenFile(), text);
    await open();
    await eventually(() => said.some((line) => line.includes(reason)));
    expect(source.enrolled).toEqual([]);
    expect(said.join()).not.toContain('hunter2');
  });
});

describe('an identity that could not be read', () => {
  const couldNot = 'the identity could not be read, and is tried again';

  it('is told, and used as soon as it can be, without a restart', async () => {
    const held = await put('host');
    const reading = unreadable('host');
    const identity = await open(reading.files);
    expect(said).toContain(couldNot);
    expect(said.some((line) => line.includes('has no certificate'))).toBe(false);
    reading.roles.clear();
    expect(await shownBy(identity)).toBe(held.certificate);
    expect(kept()).toEqual(['host.json']);
  });

  it('is never stood in for by an older key, which its region would take for a copied disk', async () => {
    await put('host');
    const next = await put('next');
    const reading = unreadable('next');
    const identity = await open(reading.files);
    const shown = shownBy(identity);
    await metAgain(reading);
    reading.roles.clear();
    expect(await shown).toBe(next.certificate);
  });

  it('keeps no newer key from being used', async () => {
    const held = await put('host');
    await put('former');
    expect(await shownBy(await open(unreadable('former').files))).toBe(held.certificate);
    expect(said).not.toContain(couldNot);
  });

  it('is waited for before a token is shown, which is mostly the one that was used up for it', async () => {
    writeFileSync(tokenFile(), token);
    const certificate = await shownBy(await open());
    // As install.sh does, and a gateway that is shown it again.
    source.failures.push(new GatewayError('used token', 403, 0, 'enrolment-refused'));
    ending.abort();
    await running?.done;
    ending = new AbortController();
    const reading = unreadable('host');
    const identity = await open(reading.files);
    await metAgain(reading);
    reading.roles.clear();
    expect(await shownBy(identity)).toBe(certificate);
    expect(source.enrolled).toHaveLength(1);
    expect(kept()).toEqual(['host.json']);
  });

  it('is not waited for longer than so where there is a token that enrols the host anew', async () => {
    await put('host');
    writeFileSync(tokenFile(), token);
    const identity = await open(unreadable('host').files, { unreadForMs: 100 });
    await shownBy(identity);
    expect(source.enrolled).toHaveLength(1);
  });

  it('is read again while a gateway that is to enrol the host does not answer', async () => {
    const held = await put('host');
    writeFileSync(tokenFile(), token);
    const asked = Promise.withResolvers<void>();
    source.enroll = () =>
      new Promise((_resolve, reject) => {
        asked.resolve();
        const { signal } = ending;
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      });
    const reading = unreadable('host');
    const identity = await open(reading.files, { unreadForMs: 0 });
    await asked.promise;
    reading.roles.clear();
    expect(await shownBy(identity)).toBe(held.certificate);
  });

  it('is told once, however often it is tried', async () => {
    await put('host');
    symlinkSync('x'.repeat(300), path.join(folder, 'next.json'));
    let reads = 0;
    const real = files();
    await open({ ...real, read: (role) => real.read(role).finally(() => (reads += role === 'next' ? 1 : 0)) });
    const before = reads;
    await eventually(() => reads > before + 2);
    expect(said.filter((line) => line.startsWith('next.json: ENAMETOOLONG'))).toHaveLength(1);
    expect(said.filter((line) => line === couldNot)).toHaveLength(1);
  });

  it('that turns out to be none is told as at a start where no token is awaited', async () => {
    const reading = unreadable('host');
    await open(reading.files, { enrolmentTokenFile: undefined });
    await metAgain(reading);
    expect(said.join()).not.toContain('has no certificate');
    reading.roles.clear();
    await eventually(() => said.some((line) => line.startsWith('this host has no certificate')));
  });
});

describe('a certificate', () => {
  it('is used as it is until a third of its life is over', async () => {
    const held = await put('host', lifeFrom(Date.now() - 25 * dayMs, 90 * dayMs));
    const identity = await open();
    expect(await shownBy(identity)).toBe(held.certificate);
    identity.answered(await identity.identity(ending.signal), null);
    expect(source.renewals).toBe(0);
  });

  it.each<[string, number]>([
    ['after a third of its life', 40],
    ['when it has ended', 100],
  ])('is renewed %s, and the key before is kept until the next one has worked', async (_when, ageDays) => {
    const held = await put('host', lifeFrom(Date.now() - ageDays * dayMs, 90 * dayMs));
    const identity = await open();
    await eventually(() => source.renewals === 1 && kept().includes('next.json'));
    await eventually(async () => (await shownBy(identity)) !== held.certificate);
    expect(kept()).toEqual(['host.json', 'next.json']);
    const shown = await identity.identity(ending.signal);
    identity.answered(shown, null);
    await eventually(() => kept().includes('former.json') && !kept().includes('next.json'));
    expect((await files().read('host'))!.certificate).toBe(shown.certificate);
    expect((await files().read('former'))!.certificate).toBe(held.certificate);
    expect(await identity.identity(ending.signal)).toBe(shown);
    expect(source.renewals).toBe(1);
  });

  it('is renewed at once when the gateway says that it has ended, whatever this host thinks', async () => {
    await put('host');
    const identity = await open();
    const shown = await identity.identity(ending.signal);
    identity.answered(shown, 'certificate-ended');
    await eventually(async () => (await identity.identity(ending.signal)) !== shown);
    expect(source.renewals).toBe(1);
  });

  it('is renewed once, and not all the time, by a clock that is a year ahead of the gateway', async () => {
    // To this host it ended nine months ago; to the gateway it is new.
    const ofGateway = lifeFrom(Date.now() - 365 * dayMs, 90 * dayMs);
    const held = await put('host', ofGateway);
    source.life = ofGateway;
    const identity = await open();
    await eventually(() => kept().includes('next.json'));
    await eventually(async () => (await shownBy(identity)) !== held.certificate);
    identity.answered(await identity.identity(ending.signal), null);
    await eventually(() => kept().includes('former.json') && !kept().includes('next.json'));
    expect(source.renewals).toBe(1);
  });

  it('is renewed by the clock of the gateway, once that was heard', async () => {
    const yearMs = 365 * dayMs;
    await put('host', lifeFrom(Date.now() + yearMs - 40 * dayMs, 90 * dayMs));
    const identity = await open();
    const shown = await identity.identity(ending.signal);
    identity.heardTime(Date.now() + yearMs);
    await eventually(async () => (await identity.identity(ending.signal)) !== shown);
    expect(source.renewals).toBe(1);
  });

  it('whose renewal fails is tried again, and stays in use', async () => {
    const held = await put('host', lifeFrom(Date.now() - 40 * dayMs, 90 * dayMs));
    source.failures.push(new GatewayError('away'), new GatewayError('away'));
    const identity = await open();
    expect(await shownBy(identity)).toBe(held.certificate);
    await eventually(() => source.renewals === 3);
    expect(said).toContain('no certificate could be had');
  });
});

describe('a kill in the middle of a renewal', () => {
  it('leaves the next key, which is tried first', async () => {
    await put('host');
    const next = await put('next');
    const identity = await open();
    expect(await shownBy(identity)).toBe(next.certificate);
    identity.answered(await identity.identity(ending.signal), null);
    await eventually(() => !kept().includes('next.json'));
    expect((await files().read('host'))!.certificate).toBe(next.certificate);
  });

  it('leaves the key before, which is used when the region does not know the next one', async () => {
    const held = await put('host');
    await put('next');
    const identity = await open();
    identity.answered(await identity.identity(ending.signal), 'not-enrolled');
    expect(await shownBy(identity)).toBe(held.certificate);
    expect(source.enrolled).toEqual([]);
  });

  it('leaves a torn next key, which is told of', async () => {
    const held = await put('host');
    writeFileSync(path.join(folder, 'next.json'), '{"format":"slipway.id');
    expect(await shownBy(await open())).toBe(held.certificate);
    expect(said).toContain('next.json: it is torn');
  });

  it('leaves a key that was named both next and in use', async () => {
    const held = await put('host');
    await files().write('next', held);
    const identity = await open();
    identity.answered(await identity.identity(ending.signal), null);
    await eventually(() => !kept().includes('next.json'));
    expect((await files().read('host'))!.certificate).toBe(held.certificate);
  });
});

describe('a region', () => {
  it('that was restored from before a renewal still knows the key of before it', async () => {
    const former = await put('former');
    await put('host');
    const identity = await open();
    identity.answered(await identity.identity(ending.signal), 'not-enrolled');
    expect(await shownBy(identity)).toBe(former.certificate);
    identity.answered(await identity.identity(ending.signal), null);
    await eventually(async () => (await files().read('host'))!.certificate === former.certificate);
  });

  it('that is away, or makes a mistake, keeps nobody out', async () => {
    const held = await put('host');
    const identity = await open();
    const shown = await identity.identity(ending.signal);
    for (const problem of ['unavailable', 'internal', 'not-found', null]) identity.answered(shown, problem);
    expect(await shownBy(identity)).toBe(held.certificate);
    expect(said).not.toContain('the gateway keeps this host out');
  });

  it('that refuses a renewal for good gets the host back by a new token, though polls only say that its certificate has ended', async () => {
    await put('host', lifeFrom(Date.now() - 160 * dayMs, 90 * dayMs));
    source.renew = async () => Promise.reject(new GatewayError('it was away for too long', 401, 0, 'not-enrolled'));
    const identity = await open();
    const shown = await identity.identity(ending.signal);
    await eventually(() => said.includes('no certificate could be had'));
    // Polls and reports go on meanwhile.
    const polls = setInterval(() => identity.answered(shown, 'certificate-ended'), 1);
    writeFileSync(tokenFile(), token);
    await eventually(async () => (await identity.identity(ending.signal)) !== shown).finally(() =>
      clearInterval(polls),
    );
    expect(source.enrolled).toHaveLength(1);
  });

  it('that has revoked the host gets it back by a new token, without a restart', async () => {
    await put('host');
    const identity = await open();
    const shown = await identity.identity(ending.signal);
    identity.answered(shown, 'host-revoked');
    writeFileSync(tokenFile(), token);
    await eventually(async () => (await identity.identity(ending.signal)) !== shown);
    expect(source.enrolled).toHaveLength(1);
    expect(said).toContain('the gateway keeps this host out');
  });
});
