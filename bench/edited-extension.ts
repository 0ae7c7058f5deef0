import type { Workspace } from './workspace.ts';

/** The extension that is edited over and over: eight files, 1,500 lines. */
export const editedName = 'catalogue';

/** Files that are edited in turn; each tells its revision. */
const modules = ['colours', 'customers', 'discounts', 'orders', 'products', 'taxes'] as const;

const lines = 1500;

export function writeEditedExtension(workspace: Workspace): void {
  const imports = modules.map((name) => `import { revision as ${name} } from '../${name}.ts';`).join('\n');
  workspace.add(editedName, {
    'index.ts': `import { defineExtension } from 'backplane';

export default defineExtension({
  boot({ log }) {
    log.debug('booted');
  },
});
`,
    'routes/revision.ts': `import { route, Type } from 'backplane';
${imports}

export default route.get(
  '/revision/:id',
  { params: Type.Object({ id: Type.String() }), response: { 200: Type.Object({ revision: Type.String() }) } },
  async () => ({ revision: [${modules.join(', ')}].sort().at(-1) ?? '' }),
);
`,
  });
  for (let index = 0; index < modules.length; index += 1) editOnce(workspace, index);
}

/** Saves one of the files anew; the extension's route then answers with this revision. */
export function editOnce(workspace: Workspace, edit: number): string {
  const name = modules[edit % modules.length] ?? modules[0];
  const revision = String(edit).padStart(6, '0');
  const parts = Math.ceil((lines - 22) / modules.length / 8);
  const functions = Array.from({ length: parts }, (_, index) => functionOf(name, index));
  workspace.write(editedName, `${name}.ts`, `export const revision = '${revision}';\n${functions.join('')}`);
  return revision;
}

/** Eight lines such as people write. */
function functionOf(name: string, index: number): string {
  return `
export function ${name}${index}(items: readonly { readonly price: number; readonly count: number }[]): number {
  let sum = ${index};
  for (const { price, count } of items) {
    if (count > ${index}) sum += price * count;
  }
  return sum;
}
`;
}
