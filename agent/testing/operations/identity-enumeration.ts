import { createPublicKey } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Digest } from '../../../domain/names.ts';
import { digestOf } from '../../../protocol/digest.ts';
import { keyDigest } from '../../../protocol/host-identity.ts';
import { createTestAuthority, type TestAuthority } from '../../../test/host-certificates.ts';
import { identityRoles, newHostKey, openIdentityFiles, type HostKey } from '../../identity/identity-files.ts';
import { keepIdentity } from '../../identity/keep-identity.ts';
import { testHost, testRegion } from '../test-region.ts';
import { writeImage } from './disk-image.ts';
import type { Disturbance, Enumerated, Examined } from './enumerate.ts';
import type { FileOperation } from './file-operation.ts';
import type { IdentityScenarioName } from './identity-scenarios.ts';
import { IdentityDesk, newRow, type DeskState } from './identity-desk.ts';
import { interceptFiles } from './intercept-files.ts';
import { ModelDisk } from './model-disk.ts';
import { lossesOf } from './power-loss.ts';
import { sideBySide } from './side-by-side.ts';
import type { Plan, WatchedFolder } from './watched-folder.ts';
import { WatchedFolders } from './watched-folders.ts';

const own = { host: testHost, region: testRegion };
const token = `sle_${testRegion}_${'x'.repeat(43)}`;
const dayMs = 86_400_000;
const [beyond, patienceMs, lookEveryMs] = [3, 60_000, 5];

/** A host's folder with its keys, and what its region knows of it. */
interface Subject {
  folder: string;
  desk: IdentityDesk;
  agents: number;
  watched: WatchedFolder | null;
}

/** How a host gets its certificate, and another one: disturbed at every operation on its disk. */
export class IdentityEnumeration implements Enumerated {
  readonly #name: IdentityScenarioName;
  readonly #authority: TestAuthority;
  readonly #parent: string;
  readonly #folders: WatchedFolders;
  /** Its keys before: of `renew` one that is due, of `enrol-again` one that the region has revoked, with all that it left. */
  readonly #keys: Partial<Record<'host' | 'next' | 'former', HostKey>>;
  #hosts = 0;

  private constructor(
    name: IdentityScenarioName,
    authority: TestAuthority,
    parent: string,
    folders: WatchedFolders,
    keys: Partial<Record<'host' | 'next' | 'former', HostKey>>,
  ) {
    this.#name = name;
    this.#authority = authority;
    this.#parent = parent;
    this.#folders = folders;
    this.#keys = keys;
  }

  static async open(name: IdentityScenarioName): Promise<IdentityEnumeration> {
    const parent = mkdtempSync(path.join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'slipway-identities-'));
    const authority = await createTestAuthority(testRegion);
    const folders = new WatchedFolders(parent);
    await interceptFiles(folders);
    writeFileSync(path.join(parent, 'token'), token);
    const desk = new IdentityDesk(authority, { token: null, row: null }, () => 0);
    const made = async (): Promise<HostKey> => {
      const key = newHostKey(digestOf('another token'));
      return { ...key, certificate: await desk.certify(key.key, Date.now() - 60 * dayMs) };
    };
    const keys = {
      ...(name !== 'enrol' && { host: await made() }),
      ...(name === 'enrol-again' && { next: await made(), former: await made() }),
    };
    return new IdentityEnumeration(name, authority, parent, folders, keys);
  }

  async trace(): Promise<readonly FileOperation[]> {
    const subject = await this.#newSubject();
    await this.#run(subject, { do: 'watch' });
    const broken = await this.#broken(subject, 'undisturbed', true);
    if (broken.length > 0) throw new Error(broken.join('\n'));
    return subject.watched!.operations;
  }

  disturb(operations: readonly FileOperation[], disturbances: readonly Disturbance[]): Promise<Examined> {
    const plans: Plan[] = [];
    for (let at = 1; at <= operations.length + beyond; at++)
      plans.push(...disturbances.map((disturbance) => disturbance(at)));
    return this.#all(plans, async (plan) => {
      const subject = await this.#newSubject();
      const name = JSON.stringify(plan);
      await this.#run(subject, plan);
      const broken = await this.#broken(subject, name, false);
      await this.#run(subject, { do: 'watch' });
      return [...broken, ...(await this.#broken(subject, `${name}, then`, true))];
    });
  }

  /** The region has lost nothing: it knows what it knew at that moment. */
  async losePower(): Promise<Examined> {
    const subject = await this.#newSubject();
    // As it is when the agent begins.
    const next = path.join(this.#parent, `${path.basename(subject.folder).split('.')[0]}.1`);
    const disk = new ModelDisk(subject.folder, next);
    await this.#run(subject, { do: 'watch' });
    const losses = lossesOf(disk, subject.watched!.operations, 0);
    return this.#all(losses, async ({ name, image }) => {
      const after = Number(/^after (\d+)/.exec(name)![1]);
      const { state } = subject.desk.history.findLast(({ at }) => at <= after)!;
      const other = await this.#newSubject(state);
      rmSync(other.folder, { recursive: true });
      writeImage(image, other.folder);
      const broken = await this.#broken(other, name, false);
      await this.#run(other, { do: 'watch' });
      return [...broken, ...(await this.#broken(other, `${name}, then`, true))];
    });
  }

  damage(): Promise<Examined> {
    throw new Error('damaged identities are those of a whole host: see damages.ts');
  }

  async close(): Promise<void> {
    rmSync(this.#parent, { recursive: true });
  }

  async #all<T>(each: readonly T[], examine: (one: T) => Promise<string[]>): Promise<Examined> {
    const broken: string[] = [];
    await sideBySide(each, async (one) => {
      broken.push(...(await examine(one).catch((error: Error) => [`${JSON.stringify(one)}: ${error.message}`])));
    });
    return { runs: each.length, broken };
  }

  async #newSubject(state: DeskState = this.#before()): Promise<Subject> {
    const folder = path.join(this.#parent, `${++this.#hosts}.0`);
    mkdirSync(folder, { mode: 0o700 });
    const files = openIdentityFiles(folder, own, () => undefined);
    for (const [role, key] of Object.entries(this.#keys)) await files.write(role as 'host', key);
    const subject: Subject = { folder, agents: 0, watched: null, desk: null as never };
    subject.desk = new IdentityDesk(this.#authority, state, () => subject.watched?.operations.length ?? 0);
    return subject;
  }

  #before(): DeskState {
    const { host } = this.#keys;
    const row = host === undefined ? null : newRow(digestOfKey(host));
    const life = { host: testHost, expiresAtMs: Date.now() + dayMs, used: null };
    if (this.#name === 'renew') return { token: null, row };
    return { token: life, row: row && { ...row, isRevoked: true } };
  }

  /** An agent as far as it keeps its identity: it speaks to its gateway all the time, and goes by what that says. */
  async #run(subject: Subject, plan: Plan): Promise<void> {
    const before = subject.folder;
    subject.folder = path.join(this.#parent, `${path.basename(before).split('.')[0]}.${++subject.agents}`);
    renameSync(before, subject.folder);
    const watched = this.#folders.watch(path.basename(subject.folder), plan);
    subject.watched = watched;
    const ending = new AbortController();
    const { signal } = ending;
    const say = (): void => undefined;
    const kept = keepIdentity({
      own,
      trust: { region: testRegion, authorities: this.#authority.trusted },
      files: openIdentityFiles(subject.folder, own, say),
      source: subject.desk,
      enrolmentTokenFile: path.join(this.#parent, 'token'),
      machine: null,
      log: { debug: say, info: say, warn: say, error: say },
      signal,
    }).then(async (identity) => {
      while (!signal.aborted) {
        const shown = await identity.identity(signal);
        identity.answered(shown, subject.desk.use(shown));
        await delay(lookEveryMs, undefined, { signal });
      }
    });
    kept.catch(() => undefined);
    let killed = false;
    void watched.killed.then(() => (killed = true));
    // Without space it goes on trying: it is enough that it does.
    const gaveUp = (): boolean => watched.refusals > 2;
    for (
      const until = Date.now() + patienceMs;
      !killed && !gaveUp() && !this.#hasSettled(subject);
      await delay(lookEveryMs)
    )
      if (Date.now() > until) throw new Error(`waited in vain with ${readdirSync(subject.folder).join(' ')}`);
    watched.kill();
    await watched.still();
    ending.abort();
    watched.bury();
    // Whatever that agent still does finds no folder, and who looks at it now is not held up with it.
    const rest = `${subject.folder}.rest`;
    renameSync(subject.folder, rest);
    subject.folder = rest;
  }

  #hasSettled({ folder, desk }: Subject): boolean {
    const { row } = desk.state;
    const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
    const expected = this.#name === 'renew' ? ['former.json', 'host.json'] : ['host.json'];
    const isAnother = row !== null && !Object.values(this.#keys).some((key) => digestOfKey(key) === row.key);
    return isAnother && row.nextKey === null && String(names.toSorted()) === String(expected);
  }

  /** What has to hold at every moment; `settled`: and at the end. */
  async #broken({ folder, desk }: Subject, when: string, settled: boolean): Promise<string[]> {
    const broken: string[] = [];
    const files = openIdentityFiles(folder, own, (file, why) => broken.push(`${path.basename(file)}: ${why}`));
    const held = await Promise.all(identityRoles.map((role) => files.read(role)));
    const inUse = held[identityRoles.indexOf('host')] ?? null;
    const keys = held.flatMap((key) => (key === null ? [] : [digestOfKey(key)]));
    const { token: used, row } = desk.state;
    const certified = held.flatMap((key) => (key?.certificate ? [digestOfKey(key)] : []));
    const letsIn = (key: Digest): boolean => row !== null && (key === row.key || key === row.nextKey);
    if (used?.used && !keys.includes(used.used.key)) broken.push('the token is used up, and its key is lost');
    if (this.#name === 'renew' && !certified.some(letsIn)) broken.push('no key that the region lets in is left');
    if (desk.former.length > 0) broken.push('a key was shown that had been replaced');
    if (settled && !(inUse !== null && inUse.certificate !== null && letsIn(digestOfKey(inUse))))
      broken.push('it has no certificate in use');
    return broken.map((rule) => `${when}: ${rule}`);
  }
}

const digestOfKey = ({ key }: HostKey): Digest => keyDigest(createPublicKey(key));
