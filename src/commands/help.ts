import type { Command } from '../cli/command.js';
import { topicText } from '../cli/topics.js';

/** The help of a command never comes here: its words are turned into `--help` (src/cli/words.ts). */
export const help: Command<{ topic: string; text: string }> = {
  name: 'help',
  summary: 'the help of a command, or a topic of those below',
  description: 'Shows the help of a command, or a chapter of the documentation.',
  examples: ['prodimport help rejects', 'prodimport help product list'],
  arguments: [{ name: '[topic...]', description: 'a topic, or the words of a command' }],
  run: (_context, { arguments: [topic = ''] }) =>
    Promise.resolve({ topic, text: topicText(topic) }),
  async render({ text }, { palette, width, isTerminal }) {
    const { renderMarkdown } = await import('../terminal/markdown.js');
    return renderMarkdown(text, isTerminal ? Math.min(width, 100) : 80, palette);
  },
};
