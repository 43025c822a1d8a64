#!/usr/bin/env node
// Checks the Node version before any import: an old Node would die on the first modern line.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `prodimport needs Node.js 20.19 or newer; this is ${process.versions.node}. See https://nodejs.org\n`,
  );
  process.exitCode = 2;
} else {
  // Also hides a --database URL, which may hold a password, from the process list.
  process.title = 'prodimport';
  // The driver asks `navigator` where it runs. Where there is none, as before Node 21, it makes a
  // Response instead, and Node loads all of fetch for that.
  globalThis.navigator ??= { userAgent: `Node.js/${major}` };
  await keepCompiled();
  const { existsSync } = await import('node:fs');
  const main = new URL('../dist/main.js', import.meta.url);
  if (existsSync(main)) {
    const loaded = await import(main.href).catch((error) => {
      if (error.code !== 'EMFILE' && error.code !== 'ENFILE') throw error;
      process.stderr.write(
        `prodimport: The system lets this process open too few files at once (${error.code}). Allow more, such as by \`ulimit -n 1024\`.\n`,
      );
      return null;
    });
    const words = process.argv.slice(2);
    // What fails while a fault is reported ends the process: to report that, too, might never end.
    process.on('uncaughtException', async (error) =>
      process.exit((await loaded?.crash(error, words).catch(() => 1)) ?? 1),
    );
    process.exitCode = loaded ? await loaded.run(words) : 1;
  } else {
    process.stderr.write(
      'prodimport is not built yet: run `npm run build` in its folder (npm ci does it unless scripts are off).\n',
    );
    process.exitCode = 2;
  }
}

/**
 * Node 22 and newer can keep what they have compiled, which saves a tenth of the processor time of a
 * short command. It is kept where only this user writes: who could write there could have it run.
 */
async function keepCompiled() {
  const { enableCompileCache } = await import('node:module');
  if (!enableCompileCache) return;
  const { isAbsolute, join } = await import('node:path');
  const { homedir } = await import('node:os');
  const { XDG_CACHE_HOME, LOCALAPPDATA, NODE_COMPILE_CACHE } = process.env;
  const named = [XDG_CACHE_HOME, LOCALAPPDATA].find((path) => path && isAbsolute(path));
  try {
    const ofUser = named ?? join(homedir(), '.cache');
    const caches = process.getuid?.() === 0 ? '/var/cache' : ofUser;
    enableCompileCache(NODE_COMPILE_CACHE || join(caches, 'prodimport', 'compiled'));
  } catch {
    // No HOME, and a user that the machine has no name for: nothing is kept.
  }
}
