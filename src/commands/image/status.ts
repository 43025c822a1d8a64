import type { Command } from '../../cli/command.js';
import { imageStatusSchema, type ImageCounts, type ImageStatus } from '../../image/list.js';
import { headerOption, type OptionSpec } from '../../option.js';

const figures = ['waiting', 'running', 'done', 'dead', 'fetched', 'stored'];
const head = ['host', ...figures];

const options = [
  { flags: '--to <place>', description: 'of one store: a folder, or s3://bucket/prefix' },
  headerOption(head),
] as const satisfies OptionSpec[];

export const imageStatus: Command<ImageStatus, typeof options> = {
  name: 'image status',
  summary: 'how many images wait, run, are done and dead, by host',
  description:
    'Counts images by host. One that is, or is to be, in two stores counts for each; --to asks ' +
    'about one store, with what that lacks.',
  examples: ['prodimport image status', 'prodimport image status --to s3://shop/images --json'],
  options,
  document: { about: 'how many images are in which state', schema: imageStatusSchema },
  async run(context, input) {
    const { imageStatus } = await import('../../image/list.js');
    const { storeLabel } = await import('../../image/tools.js');
    const { to } = input.options;
    const store = to === undefined ? null : await storeLabel(to);
    return imageStatus(await (await context.database()).main(), store);
  },
  async render({ hosts, ...all }, page) {
    const { showBytes, showCount } = await import('../../terminal/figures.js');
    const { renderTable } = await import('../../terminal/table.js');
    const [count, bytes] = page.isTerminal ? [showCount, showBytes] : [String, String];
    const cells = ({ waiting, running, done, dead, bytesIn, bytesOut }: ImageCounts) => [
      ...[waiting, running, done, dead].map(count),
      ...[bytesIn, bytesOut].map(bytes),
    ];
    const rows = hosts.map(({ host, ...counts }) => [host, ...cells(counts)]);
    const table = {
      head,
      rows: [...rows, ['all', ...cells(all)]],
      right: figures,
      gives: 'host',
      spare: ['fetched', 'stored'],
    };
    return renderTable(table, page);
  },
};
