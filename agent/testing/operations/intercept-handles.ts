import type { FileHandle } from 'node:fs/promises';
import type { Interceptor } from './file-operation.ts';

/** Stands between open files and the disk; `paths` tells which file a handle is of. */
export function interceptHandles(prototype: FileHandle, paths: WeakMap<FileHandle, string>, by: Interceptor): void {
  const { write, truncate, sync, datasync, read, stat, readFile } = prototype;
  const wrap = (name: string, of: (file: string, handle: FileHandle, given: never[]) => Promise<unknown>): void => {
    const original = (prototype as unknown as Record<string, (...given: unknown[]) => Promise<unknown>>)[name]!;
    Object.assign(prototype, {
      [name](this: FileHandle, ...given: never[]) {
        const file = paths.get(this);
        return file === undefined ? original.apply(this, given) : of(file, this, given);
      },
    });
  };
  wrap('write', (file, handle, given) => {
    const [buffer, offset = 0, length = 0, position = 0] = given as unknown as [Buffer, number?, number?, number?];
    const data = Buffer.from(buffer.subarray(offset, offset + length));
    return by.change({ kind: 'write', path: file, data, position }, () => Reflect.apply(write, handle, given));
  });
  wrap('truncate', (file, handle, [bytes = 0 as never]) =>
    by.change({ kind: 'truncate', path: file, bytes }, () => truncate.call(handle, bytes)),
  );
  wrap('sync', (file, handle) => by.change({ kind: 'sync', path: file }, () => sync.call(handle)));
  wrap('datasync', (file, handle) => by.change({ kind: 'sync', path: file }, () => datasync.call(handle)));
  wrap('read', (file, handle, given) => by.read(file, () => Reflect.apply(read, handle, given)));
  wrap('stat', (file, handle) => by.read(file, () => stat.call(handle)));
  wrap('readFile', (file, handle, given) => by.read(file, () => Reflect.apply(readFile, handle, given)));
}
