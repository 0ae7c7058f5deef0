import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { settingsView } from '../kernel/extension/index.ts';
import { createKernel } from '../kernel/index.ts';
import type { SettingDescription } from '../kernel/settings/index.ts';

const file = resolve(import.meta.dirname, '../.env.example');

const heading = `# Every setting there is, with its default. Copy what you change into .env; the environment comes before it.
# Written by the test of this file: UPDATE_ENV_EXAMPLE=1 npx mocha --no-config test/env-example.test.ts
`;

/** Names of the extensions that the file has a section for: others in extensions/ may be anybody's own. */
function described(text: string): readonly string[] {
  return [...text.matchAll(/^# --- (.+) ---$/gm)].flatMap(([, name]) => name ?? []);
}

function render(settings: ReadonlyMap<string, readonly SettingDescription[]>): string {
  const sections = [...settings]
    .sort(([a], [b]) => Number(b === 'kernel') - Number(a === 'kernel') || (a < b ? -1 : 1))
    .map(([owner, list]) => [`\n# --- ${owner} ---\n`, ...list.map(line)].join('\n'));
  return `${heading}${sections.join('\n')}\n`;
}

function line({ variable, type, description, required, secret, default: value }: SettingDescription): string {
  const text = value === undefined ? '' : Array.isArray(value) ? value.join(',') : String(value);
  const notes = [type, required ? 'required' : '', secret ? 'secret' : '']
    .filter((note) => note !== '')
    .join('; ');
  return `# ${description ?? variable} (${notes})\n# ${variable}=${text}\n`;
}

describe('.env.example', () => {
  it('lists every setting of the kernel and of the extensions that it speaks of', async () => {
    const root = mkdtempSync(join(tmpdir(), 'backplane-env-'));
    try {
      await using kernel = await createKernel({ root, env: { LOG_LEVEL: 'silent', WATCH: 'false' } });
      await kernel.boot();
      const settings = kernel.snapshot.get(settingsView);
      if (process.env.UPDATE_ENV_EXAMPLE) writeFileSync(file, render(settings));
      const text = readFileSync(file, 'utf8');
      const names = ['kernel', ...described(text)];
      expect(text).to.equal(render(new Map([...settings].filter(([name]) => names.includes(name)))));
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});
