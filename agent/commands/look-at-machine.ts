import { existsSync } from 'node:fs';
import { stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { ill, well, type Finding } from './finding.ts';
import type { Surroundings } from './surroundings.ts';
import { servicesHere } from './which-service.ts';

const leastNodeMajor = 24;
const leastFreeShare = 0.05;
const leastFreeBytes = 1024 ** 3;

export function lookAtMachine(): Finding {
  const major = Number(process.versions.node.split('.')[0]);
  return major >= leastNodeMajor
    ? well('node', process.version)
    : ill('node', `${process.version} is too old`, `Install Node ${leastNodeMajor} or later, and restart the agent`);
}

export async function lookAtDisk(around: Surroundings): Promise<readonly Finding[]> {
  return [await oneFileSystem(around), ...(await room(around))];
}

/** A rename between two file systems is none, and every step of a switch is a rename. */
async function oneFileSystem(around: Surroundings): Promise<Finding> {
  const { root, services } = around.directory;
  const folders = [root, services, path.join(root, 'state'), path.join(root, 'logs')];
  const below = (await servicesHere(around)).flatMap((service) => {
    const directory = around.directory.service(service);
    return [directory.root, directory.releases, directory.staging];
  });
  const there = [...folders, ...below].filter((folder) => existsSync(folder));
  const devices = await Promise.all(there.map(async (folder) => ({ folder, device: (await stat(folder)).dev })));
  const other = devices.find(({ device }) => device !== devices[0]?.device);
  return other === undefined
    ? well('folder', `${root} is on one file system`)
    : ill(
        'folder',
        `${other.folder} is on another file system than ${root}`,
        'Move it there: no release could be installed',
      );
}

async function room({ directory, config }: Surroundings): Promise<readonly Finding[]> {
  const disk = await statfs(directory.root);
  const [free, all] = [disk.bavail * disk.bsize, disk.blocks * disk.bsize];
  const reserve = config.reserveBytes ?? Math.max(all * leastFreeShare, leastFreeBytes);
  const text = `${mebibytes(free)} MiB free of ${mebibytes(all)} MiB, ${mebibytes(reserve)} MiB are kept free`;
  const todo = 'Nothing can be fetched; what runs goes on, and a rollback works. Free space';
  const space = free > reserve ? well('space', text) : ill('space', text, todo);
  const few = disk.files > 0 && disk.ffree < disk.files * leastFreeShare;
  const inodes = `${disk.ffree} of ${disk.files} free`;
  return [space, few ? ill('inodes', inodes, todo) : well('inodes', inodes)];
}

const mebibytes = (bytes: number): number => Math.round(bytes / 1024 ** 2);
