import { Raw, type Command } from '../cli/command.js';

const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

export const complete: Command = {
  name: 'complete',
  summary: 'completion for bash, zsh or fish',
  description:
    'Prints a script with which the shell completes commands, options and their choices on <TAB>. ' +
    'It asks this command for them, so it stays right when prodimport is updated.',
  examples: [
    'source <(prodimport complete bash)',
    "echo 'source <(prodimport complete zsh)' >> ~/.zshrc",
    'prodimport complete fish > ~/.config/fish/completions/prodimport.fish',
  ],
  arguments: [{ name: '<shell>', description: shells.join(', '), choices: shells }],
  run(_context, input) {
    return Promise.resolve(new Raw(scriptOf(input.arguments[0] as Shell)));
  },
};

async function* scriptOf(shell: Shell): AsyncGenerator<string> {
  const { completionScript } = await import('../cli/completion.js');
  yield completionScript(shell);
}
