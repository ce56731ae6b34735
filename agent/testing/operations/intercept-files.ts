import syncFs from 'node:fs';
import fs, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import { hasCode } from '../../durable-files.ts';
import type { Interceptor } from './file-operation.ts';
import { interceptHandles } from './intercept-handles.ts';
import { interceptSync } from './intercept-sync.ts';

const real = { ...fs };
const realNow = { mkdir: syncFs.mkdirSync, open: syncFs.openSync };
const { O_CREAT, O_TRUNC } = syncFs.constants;

/** Puts the interceptor between this program and its disk. Only once a process. */
export async function interceptFiles(by: Interceptor): Promise<void> {
  const handle = await real.open('/dev/null');
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  const handles = new WeakMap<FileHandle, string>();
  interceptHandles(prototype, handles, by);
  interceptPaths(handles, by);
  interceptReads(by);
  interceptNow(by);
  interceptSync(by);
  syncBuiltinESMExports();
}

function interceptPaths(handles: WeakMap<FileHandle, string>, by: Interceptor): void {
  const open = async (given: string, flags: string | number = 'r', mode = 0o666): Promise<FileHandle> => {
    const file = String(given);
    if (!by.watches(file)) return real.open(given, flags, mode);
    let opened: FileHandle | undefined;
    const perform = async (): Promise<FileHandle> => (opened = await real.open(file, flags, mode));
    const create = { kind: 'create', path: file, mode, keep: !truncates(flags) } as const;
    const opening = creates(flags) ? by.change(create, perform) : by.read(file, perform);
    // Whoever was killed meanwhile never heard of it.
    const handle = await opening.catch(async (error: unknown) => {
      await opened?.close();
      throw error;
    });
    handles.set(handle, file);
    return handle;
  };
  const writeFile = async (
    file: string,
    content: string | Uint8Array,
    options: { mode?: number; flush?: boolean; flag?: string } = {},
  ): Promise<void> => {
    if (!by.watches(file)) return real.writeFile(file, content, options);
    const handle = await open(file, options.flag ?? 'w', options.mode);
    try {
      const data = Buffer.from(content);
      if (data.length > 0) await handle.write(data, 0, data.length, 0);
      if (options.flush) await handle.sync();
    } finally {
      await handle.close();
    }
  };
  const mkdir = async (folder: string, options: { recursive?: boolean; mode?: number } = {}) => {
    if (!by.watches(folder)) return real.mkdir(folder, options);
    let first: string | undefined;
    for (const each of missingFolders(folder)) {
      const mode = options.mode ?? 0o777;
      await by.change({ kind: 'mkdir', path: each, mode }, () => real.mkdir(each, { mode, recursive: true }));
      first ??= each;
    }
    return first;
  };
  const unlink = (file: string): Promise<void> =>
    by.watches(file) ? by.change({ kind: 'unlink', path: file }, () => real.unlink(file)) : real.unlink(file);
  const rm = async (file: string, options: { force?: boolean; recursive?: boolean } = {}): Promise<void> => {
    if (!by.watches(file)) return real.rm(file, options);
    const found = await by.read(file, () => real.lstat(file).catch(() => null));
    if (found === null) return options.force ? undefined : real.rm(file, options);
    if (!found.isDirectory()) return unlink(file).catch(unlessForced(options));
    for (const name of await real.readdir(file)) await rm(path.join(file, name), options);
    return by.change({ kind: 'rmdir', path: file }, () => real.rmdir(file));
  };
  Object.assign(fs, {
    open,
    writeFile,
    mkdir,
    unlink,
    rm,
    async copyFile(from: string, to: string, mode?: number) {
      if (!by.watches(to)) return real.copyFile(from, to, mode);
      const content = await by.read(from, () => real.readFile(from));
      await writeFile(to, content, { flag: mode === undefined ? 'w' : 'wx', mode: 0o600 });
    },
    rename: (from: string, to: string) =>
      by.watches(from)
        ? by.change({ kind: 'rename', path: from, to }, () => real.rename(from, to))
        : real.rename(from, to),
    symlink: (target: string, file: string) =>
      by.watches(file)
        ? by.change({ kind: 'symlink', path: file, target }, () => real.symlink(target, file))
        : real.symlink(target, file),
    chmod: (file: string, mode: number) =>
      by.watches(file)
        ? by.change({ kind: 'chmod', path: file, mode }, () => real.chmod(file, mode))
        : real.chmod(file, mode),
  });
}

/** Two may remove the same file: the later one finds none. */
const unlessForced =
  ({ force }: { force?: boolean }) =>
  (error: unknown): void => {
    if (!force || !hasCode(error, 'ENOENT')) throw error;
  };

function interceptReads(by: Interceptor): void {
  for (const name of ['readFile', 'readdir', 'readlink', 'lstat', 'stat', 'statfs'] as const) {
    const original = real[name] as (file: string, ...rest: unknown[]) => Promise<unknown>;
    Object.assign(fs, {
      [name]: (file: string, ...rest: unknown[]) =>
        by.watches(String(file)) ? by.read(String(file), () => original(file, ...rest)) : original(file, ...rest),
    });
  }
}

function interceptNow(by: Interceptor): void {
  const mkdirSync = (folder: string, options: { recursive?: boolean; mode?: number } = {}): string | undefined => {
    if (!by.watches(folder)) return realNow.mkdir(folder, { ...options, recursive: true });
    const missing = missingFolders(folder);
    const mode = options.mode ?? 0o777;
    for (const each of missing)
      by.changeNow({ kind: 'mkdir', path: each, mode }, () => realNow.mkdir(each, { mode, recursive: true }));
    return missing[0];
  };
  Object.assign(syncFs, { mkdirSync });
}

/** Outermost first. */
function missingFolders(folder: string): readonly string[] {
  const missing: string[] = [];
  for (let each = folder; !syncFs.existsSync(each); each = path.dirname(each)) missing.unshift(each);
  return missing;
}

const creates = (flags: string | number): boolean =>
  typeof flags === 'string' ? /^[wa]/.test(flags) : (flags & O_CREAT) !== 0;
const truncates = (flags: string | number): boolean =>
  typeof flags === 'string' ? flags.startsWith('w') && !flags.includes('x') : (flags & O_TRUNC) !== 0;
