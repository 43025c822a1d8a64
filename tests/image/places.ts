import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, vi } from 'vitest';
import type { Store } from '../../src/image/store/store.js';
import { openStore } from '../../src/image/tools.js';
import { S3Server } from './s3-server.js';

/** What both stores offer to a test. */
export interface Place {
  open(): Promise<Store>;
  /** What is stored, by the key that products name. */
  contents(): Promise<Map<string, Buffer>>;
  /** Puts what is no work of ours there. @returns its key */
  plant(name: string, modified?: Date): Promise<string>;
  /** Takes one away, behind everybody's back. */
  lose(key: string): Promise<void>;
  remove(): Promise<void>;
}

/** Both kinds of stores, for `describe.each`. */
export const places: [string, () => Promise<Place>][] = [
  ['a folder', folderPlace],
  ['a bucket', bucketPlace],
];

async function folderPlace(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'prodimport-store-'));
  return {
    open: () => openStore(folder, {}),
    contents: async () => {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      const names = entries
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
      const files = names.map(async (name) => [name, await readFile(join(folder, name))] as const);
      return new Map(await Promise.all(files));
    },
    plant: async (name, modified = new Date()) => {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), 'planted');
      await utimes(join(folder, name), modified, modified);
      return name;
    },
    lose: (key) => rm(join(folder, key)),
    remove: () => rm(folder, { recursive: true }),
  };
}

async function bucketPlace(): Promise<Place> {
  const s3 = await S3Server.start();
  vi.stubEnv('AWS_ACCESS_KEY_ID', s3.credentials.id);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', s3.credentials.secret);
  return {
    open: () =>
      openStore(`s3://${s3.bucket}/img/shop 1/`, { endpointUrl: s3.endpoint, pathStyle: true }),
    contents: () => {
      const objects = [...s3.objects].map(([key, { body, contentType }]) => {
        expect(['image/webp', 'planted']).toContain(contentType);
        return [`s3://${s3.bucket}/${key}`, body] as const;
      });
      return Promise.resolve(new Map(objects));
    },
    plant: (name, modified = new Date()) => {
      const key = `img/shop 1/${name}`;
      s3.objects.set(key, { body: Buffer.from('planted'), contentType: 'planted', modified });
      return Promise.resolve(`s3://${s3.bucket}/${key}`);
    },
    lose: (key) => {
      s3.objects.delete(key.slice(`s3://${s3.bucket}/`.length));
      return Promise.resolve();
    },
    remove: async () => {
      vi.unstubAllEnvs();
      await s3.stop();
      expect(s3.refusals).toEqual([]);
    },
  };
}
