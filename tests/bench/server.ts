import pg from 'pg';
import { startEmbedded } from '../../src/db/embedded/start.js';
import { removeServer, temporaryFolders, urlOf } from '../setup/server.js';

/** The server that all contestants share. */
export interface BenchServer {
  url: string;
  client: pg.Client;
  version: string;
  close: () => Promise<void>;
}

/** A server of its own in a temporary home, which syncs its files as usual; or the one at `url`. */
export async function openServer(url: string | null): Promise<BenchServer> {
  const own = url === null ? await startOwn() : null;
  const address = url ?? own!.url;
  const client = new pg.Client({ connectionString: address });
  await client.connect();
  const { rows } = await client.query<{ server_version: string }>('show server_version');
  return {
    url: address,
    client,
    version: rows[0]!.server_version,
    close: async () => {
      await client.end();
      await own?.remove();
    },
  };
}

async function startOwn(): Promise<{ url: string; remove: () => Promise<void> }> {
  const folders = await temporaryFolders();
  const server = await startEmbedded(folders);
  return { url: urlOf(server), remove: () => removeServer(folders) };
}

/** Brings tables and disk to rest, so that no run pays for the one before. */
export async function settle({ client }: BenchServer): Promise<void> {
  await client.query('vacuum (analyze)');
  await client.query('checkpoint');
}
