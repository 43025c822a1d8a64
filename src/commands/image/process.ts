import { join } from 'node:path';
import type { Command } from '../../cli/command.js';
import type { Environment } from '../../environment.js';
import { shellWord } from '../../errors.js';
import type { Context } from '../../cli/context.js';
import type { Session } from '../../db/session.js';
import type { Store } from '../../image/store/store.js';
import type { Claimed } from '../../image/queue.js';
import type { Count } from '../../image/work.js';
import { totalsSchema, type Totals } from '../../image/schema.js';
import type { Tools } from '../../image/attempt.js';
import type { ProcessOptions } from '../../image/process.js';
import {
  defaultFormat,
  defaultQuality,
  defaultWidth,
  formats,
  maxSide,
  type Settings,
} from '../../image/compress/sharp.js';
import { wholeNumber, type OptionSpec, type OptionsOf } from '../../option.js';

const work = { group: 'Work:', config: 'any' } as const;
const compression = { group: 'Compression:', config: 'any' } as const;
const storing = { group: 'Store:' } as const;

const options = [
  {
    ...work,
    flags: '--watch',
    description: 'go on, and fetch what later loads bring',
  },
  {
    ...work,
    flags: '--concurrency <n>',
    description: 'images at once',
    default: 8,
    parse: wholeNumber(1),
  },
  {
    ...work,
    flags: '--limit <n>',
    description: 'begin no more images than that',
    parse: wholeNumber(1),
  },
  {
    ...work,
    flags: '--refresh',
    description: 'fetch again what is done, if its host has a newer version',
  },
  {
    group: work.group,
    flags: '--allow-private',
    description: 'fetch from loopback and private addresses, too',
  },
  {
    ...compression,
    flags: '--format <format>',
    description: 'what images become',
    choices: formats,
    default: defaultFormat,
  },
  {
    ...compression,
    flags: '--width <pixels>',
    description: 'wider images are made as wide as that',
    default: defaultWidth,
    parse: wholeNumber(1, maxSide),
  },
  {
    ...compression,
    flags: '--quality <n>',
    description: '1 to 100 (default: 80, for AVIF 55)',
    parse: wholeNumber(1, 100),
  },
  {
    ...storing,
    flags: '--to <place>',
    config: 'output',
    description: 'a folder, or s3://bucket/prefix (default: images in the data folder)',
  },
  {
    ...storing,
    flags: '--endpoint-url <url>',
    description: 'of an S3-compatible store (AWS_ENDPOINT_URL_S3)',
  },
  {
    ...storing,
    flags: '--path-style',
    description: 'endpoint/bucket/key instead of bucket.endpoint/key (PRODIMPORT_S3_PATH_STYLE)',
  },
] as const satisfies OptionSpec[];

type Options = OptionsOf<typeof options>;

/** What the options of a command make of an image: its format, widths and quality. */
function settingsOf({ format, width, quality }: Options): Settings {
  return { format, width, quality: quality ?? defaultQuality[format] };
}

/** A killed worker's images come back after that at the latest. */
const leaseMs = 20_000;

export const imageProcess: Command<Totals, typeof options> = {
  name: 'image process',
  lasts: true,
  summary: 'download, compress and store the images of products',
  description:
    'Downloads the images that products name, compresses and stores them, and gives each product ' +
    'the keys of its compressed images. Several may run side by side, on several machines.',
  examples: [
    'prodimport image process',
    'prodimport image process --watch --concurrency 16',
    'prodimport image process --to s3://shop/images --endpoint-url https://s3.example.com',
  ],
  options,
  document: { about: 'what a run did', schema: totalsSchema },
  async run(context, input) {
    const { Count } = await import('../../image/work.js');
    const { throughOutages } = await import('../../queue/outage.js');
    const { signal } = context;
    const { options } = input;
    const reports = await watchWork(context);
    const count = new Count();
    const service = { options, reports, count, interrupted: new Set<Claimed>(), isFirst: true };
    const work = (connected: () => void) => processOnce(context, service, connected);
    if (options.watch) {
      // A service ends by being stopped, also where there is no database at that moment.
      await throughOutages(signal, (message) => context.warn(message), work);
      return count.totals();
    }
    await work(() => undefined);
    signal.throwIfAborted();
    return count.totals();
  },
  async render({ processed, failed, dead, bytesIn, bytesOut }) {
    const { countOf, showBytes } = await import('../../terminal/figures.js');
    const lines = [
      `${countOf(processed, 'image')} done, ${showBytes(bytesIn)} fetched, ${showBytes(bytesOut)} stored.`,
    ];
    if (failed > 0) lines.push(`${countOf(failed, 'image')} failed, to be tried again later.`);
    if (dead > 0) lines.push(`${countOf(dead, 'image')} given up: see prodimport image dead.`);
    return lines.join('\n');
  },
  // A service that was asked to end has done what it was asked.
  exitCode: ({ dead }, { options: { watch } }) => (dead > 0 && watch !== true ? 3 : 0),
};

interface Service {
  options: Options;
  reports: Reports;
  count: Count;
  interrupted: Set<Claimed>;
  /** Until it has begun to work: not any more after an outage. */
  isFirst: boolean;
}

async function processOnce(
  context: Context,
  service: Service,
  connected: () => void,
): Promise<void> {
  const { options, reports, count, interrupted } = service;
  const { processImages } = await import('../../image/process.js');
  const { refreshImages } = await import('../../image/process.js');
  const { withTools } = await import('../../image/tools.js');
  const { concurrency, limit = null, watch = false, allowPrivate = false } = options;
  const { signal } = context;
  const database = await context.database();
  const sessions = { queue: await database.session(), products: await database.session() };
  connected();
  const store = await storeOf(context, options);
  try {
    if (service.isFirst) context.note(`Images of ${database.label} go to ${store.label}`);
    if (service.isFirst && options.refresh) await refreshImages(sessions.products, store.label);
    service.isFirst = false;
    const parts = { settings: settingsOf(options), allowPrivate, concurrency, ...reports };
    const { onProgress, onLacking } = reports;
    const run = { concurrency, limit, watch, leaseMs, count, interrupted, signal };
    await withTools(store, parts, (tools) =>
      processImages(sessions, tools, { ...run, onProgress, onLacking }),
    );
    if (!signal.aborted) await tellDead(context, sessions.products, store, options);
  } finally {
    await sessions.queue.end();
    await sessions.products.end();
  }
}

async function tellDead(
  context: Context,
  session: Session,
  store: Store,
  { to }: Options,
): Promise<void> {
  const { countDead } = await import('../../image/list.js');
  const { countOf } = await import('../../terminal/figures.js');
  const dead = await countDead(session, store.label);
  if (dead === 0) return;
  const same = to === undefined ? '' : ` --to ${shellWord(to)}`;
  context.note(
    `${countOf(dead, 'image')} ${dead === 1 ? 'is' : 'are'} dead: \`prodimport image dead\` says why. Once the cause is gone: \`prodimport image retry --all\`, then \`prodimport image process${same}\`.`,
  );
}

async function storeOf(context: Context, options: Options): Promise<Store> {
  const { openStore } = await import('../../image/tools.js');
  const { to = await defaultFolder(context.environment), endpointUrl } = options;
  const { PRODIMPORT_S3_PATH_STYLE: said = '' } = context.environment.exported;
  const isSet = /^(1|true|yes)$/i.test(said);
  return openStore(to, { endpointUrl, pathStyle: options.pathStyle ?? isSet });
}

/** `images` beside the embedded server's data, whichever database is used. */
async function defaultFolder(environment: Environment): Promise<string> {
  const { embeddedFolders } = await import('../../db/embedded/folders.js');
  return join(embeddedFolders(environment.exported).home, 'images');
}

/** What a worker reports while it works. */
type Reports = Pick<Tools, 'onStep' | 'onFault'> & Pick<ProcessOptions, 'onProgress' | 'onLacking'>;

const done = { download: 'downloaded', compress: 'compressed', store: 'stored' };

/** Progress for people; a line for each step, with its duration, for whoever collects logs. */
async function watchWork(context: Context): Promise<Reports> {
  const { countOf } = await import('../../terminal/figures.js');
  const progress = await context.progress();
  const nothing = { noun: 'image', total: 0, rejected: 'dead' };
  progress.update({ bytesRead: 0, bytesTotal: null, rows: 0, rejected: 0, counted: nothing });
  progress.phase('reading');
  return {
    onStep: ({ step, ...fields }) => context.log('info', `Image ${done[step]}`, fields),
    // Not a line each for people: one broken host may have thousands; `image dead` lists them.
    onFault: (fields) => context.log('info', 'Image failed', fields),
    onLacking: (images) =>
      context.note(
        `${countOf(images, 'image')} of other stores ${images === 1 ? 'is' : 'are'} not in this one: fetched now. A product names those of this store once it has all of them.`,
      ),
    onProgress: ({ totals, settled, left }) => {
      const counted = { ...nothing, total: settled + left };
      const { bytesIn: bytesRead, dead: rejected } = totals;
      progress.update({ bytesRead, bytesTotal: null, rows: settled, rejected, counted });
    },
  };
}
