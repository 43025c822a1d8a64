import { embeddedFolders } from '../../src/db/embedded/folders.js';
import { startEmbedded } from '../../src/db/embedded/start.js';

/** A command of its own that only starts the server: prints it, and says a first start. */
const say = (where: string) => void process.stderr.write(`first start in ${where}\n`);
const server = await startEmbedded(embeddedFolders(process.env), { onFirstStart: say });
process.stdout.write(JSON.stringify(server));
