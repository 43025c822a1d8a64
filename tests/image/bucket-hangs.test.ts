import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openStore } from '../../src/image/tools.js';

let folder: string;
let server: Server;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prodimport-bucket-'));
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'id');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

it.each<[string, Parameters<typeof createServer>[1]]>([
  ['hangs', () => undefined],
  [
    'drips',
    (_, response) => {
      response.writeHead(500);
      const timer = setInterval(() => response.write('<'), 20);
      response.on('close', () => clearInterval(timer));
    },
  ],
])('gives up on a bucket whose server %s', async (_, answer) => {
  server = createServer(answer as never);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpointUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const store = await openStore('s3://shop', {
    endpointUrl,
    pathStyle: true,
    requestTimeoutMs: 100,
  });
  const file = join(folder, 'image');
  await writeFile(file, 'image');
  const put = store.put(file, 'a.webp', 'image/webp');
  await expect(put).rejects.toMatchObject({ code: 'store_failed' });
  await expect(put).rejects.toThrow(/s3:\/\/shop takes no images: .*(time|abort)/i);
  store.close();
});
