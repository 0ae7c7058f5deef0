import { type ExtensionFolder, extensionFolder } from './extension-folder.ts';

/** What the hook of {@link hookProbe} throws. */
export const probeMessage = 'This hook fails on purpose.';

/** An extension whose hook fails when a row of an entity is made: it must leave nothing behind. */
export function hookProbe(entity: string): ExtensionFolder {
  const [owner = ''] = entity.split('.');
  return extensionFolder({
    'manifest.json': { name: 'describe-resource-probe', version: '1.0.0', dependencies: { [owner]: '*' } },
    'hooks/fail.ts': `import { hooks } from 'backplane';
export default hooks.after('${entity}', 'create', () => {
  throw new Error('${probeMessage}');
});
`,
  });
}
