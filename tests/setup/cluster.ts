import pg from 'pg';

interface Node {
  host: string;
  port: number;
  isCoordinator: boolean;
}

/**
 * Makes a database on every node of a Citus cluster, and a cluster of these.
 * @param coordinator URL of a database that is on the cluster already
 * @param how the rest of `create database`, such as its locale; a function for a node of its own kind
 */
export async function createOnCluster(
  coordinator: string,
  name: string,
  how: string | ((node: Node) => string),
): Promise<void> {
  const nodes = await nodesOf(coordinator);
  for (const node of nodes) {
    const server = urlOn(coordinator, node, null);
    const rest = typeof how === 'string' ? how : how(node);
    await run(server, [`create database ${name} template template0 ${rest}`]);
    await run(urlOn(coordinator, node, name), ['create extension citus']);
  }
  const places = nodes.map(({ host, port, isCoordinator }) => {
    const called = isCoordinator ? 'citus_set_coordinator_host' : 'citus_add_node';
    return `select ${called}('${host}', ${port})`;
  });
  await run(databaseOn(coordinator, name), places);
}

/** Removes such a database from every node, whoever is connected. */
export async function dropOnCluster(coordinator: string, name: string): Promise<void> {
  for (const node of await nodesOf(coordinator)) {
    await run(urlOn(coordinator, node, null), [`drop database if exists ${name} with (force)`]);
  }
}

/** The nodes, that of the URL first. */
export async function nodesOf(coordinator: string): Promise<Node[]> {
  const client = new pg.Client({ connectionString: coordinator });
  await client.connect();
  try {
    const { rows } = await client.query<Node>(
      `select nodename as host, nodeport as port, groupid = 0 as "isCoordinator"
       from pg_dist_node where noderole = 'primary' order by groupid`,
    );
    return rows;
  } finally {
    await client.end();
  }
}

/** The URL of a node as its cluster reaches it. */
export function urlOn(
  coordinator: string,
  { host, port }: Pick<Node, 'host' | 'port'>,
  name: string | null,
): string {
  const url = new URL(name === null ? coordinator : databaseOn(coordinator, name));
  url.hostname = host;
  url.port = String(port);
  return url.href;
}

function databaseOn(coordinator: string, name: string): string {
  const url = new URL(coordinator);
  url.pathname = `/${name}`;
  return url.href;
}

async function run(url: string, statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
