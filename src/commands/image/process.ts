import type { Command } from '../../cli/command.js';
import { shellWord } from '../../errors.js';
import type { Context } from '../../cli/context.js';
import type { ImageRoot } from '../../remote/image-root.js';
import type { Session } from '../../db/session.js';
import type { Store } from '../../image/store/store.js';
import type { Claimed } from '../../image/queue.js';
import type { Count } from '../../image/work.js';
import { totalsSchema, type Totals } from '../../image/list.js';
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
import { storeOf, storeOptions } from './options.js';
import { imageRootOption, wholeNumber, type OptionSpec, type OptionsOf } from '../../option.js';

const work = { group: 'Work:', config: 'any' } as const;
const compression = { group: 'Compression:', config: 'any' } as const;

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
  { group: work.group, ...imageRootOption },
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
  ...storeOptions,
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
  needs: 'loader',
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
    const { throughOutages } = await import('../../queue/attempts.js');
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
    if (dead > 0)
      lines.push(
        `${countOf(dead, 'image')} became dead in this run: see \`prodimport image dead\`.`,
      );
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
  const imageRoot = await imageRootFor(context, options);
  const sessions = { queue: await database.session(), products: await database.session() };
  connected();
  const store = await storeOf(context, options);
  try {
    if (service.isFirst) context.note(`Images of ${database.label} go to ${store.label}`);
    if (service.isFirst && options.refresh) await refreshImages(sessions.products, store.label);
    service.isFirst = false;
    const settings = settingsOf(options);
    const parts = { settings, allowPrivate, imageRoot, concurrency, ...reports };
    const { onProgress, onPending } = reports;
    const run = { concurrency, limit, watch, leaseMs, count, interrupted, signal };
    await withTools(store, parts, (tools) =>
      processImages(sessions, tools, { ...run, onProgress, onPending }),
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
  options: Options,
): Promise<void> {
  const { countDead } = await import('../../image/list.js');
  const { countOf } = await import('../../terminal/figures.js');
  const dead = await countDead(session, store.label);
  if (dead === 0) return;
  const where = context.again();
  const retry = `\`prodimport image retry --all${where}\`, then \`prodimport image process${sameWords(options)}${where}\``;
  context.note(
    `${countOf(dead, 'image')} ${dead === 1 ? 'is' : 'are'} dead: \`prodimport image dead${where}\` says why. Once the cause is gone: ${retry}.`,
  );
}

/** The options that decide what another run reaches, and where it stores. */
function sameWords({ to, endpointUrl, pathStyle, imageRoot, allowPrivate }: Options): string {
  const values = { to, 'endpoint-url': endpointUrl, 'image-root': imageRoot };
  const words = Object.entries(values).map(([name, value]) =>
    value === undefined ? '' : ` --${name} ${shellWord(value)}`,
  );
  const flags = `${pathStyle ? ' --path-style' : ''}${allowPrivate ? ' --allow-private' : ''}`;
  return words.join('') + flags;
}

async function imageRootFor(context: Context, options: Options): Promise<ImageRoot | null> {
  const { ImageRoot, imageRootOf } = await import('../../remote/image-root.js');
  const folder = imageRootOf(options, context.environment.exported);
  return folder === undefined ? null : new ImageRoot(folder);
}

/** What a worker reports while it works. */
type Reports = Pick<Tools, 'onStep' | 'onFault'> & Pick<ProcessOptions, 'onProgress' | 'onPending'>;

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
    onPending: ({ lacking, files }) => {
      const [areLacking, areFiles] = [lacking, files].map((n) => (n === 1 ? 'is' : 'are'));
      if (lacking > 0) {
        context.note(
          `${countOf(lacking, 'image')} of other stores ${areLacking} not in this one: fetched now. A product names those of this store once it has all of them.`,
        );
      }
      if (files > 0) {
        context.note(
          `${countOf(files, 'image')} ${areFiles} named by a path, and left waiting: --image-root DIR says where such files are.`,
        );
      }
    },
    onProgress: ({ totals, ended, left }) => {
      const counted = { ...nothing, total: ended + left };
      const { bytesIn: bytesRead, dead: rejected } = totals;
      progress.update({ bytesRead, bytesTotal: null, rows: ended, rejected, counted });
    },
  };
}
