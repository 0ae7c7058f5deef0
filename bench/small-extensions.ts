import type { Files, Workspace } from './workspace.ts';

/** Names of so many small extensions. */
export function smallNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `part-${String(index).padStart(4, '0')}`);
}

/** Files with TypeScript code of a small extension. */
export const smallFiles = ['index.ts', 'routes/notes.ts'] as const;

/** Writes so many extensions, each with a service and a route; all but the first depend on an earlier one. */
export function writeSmallExtensions(workspace: Workspace, count: number): void {
  for (const [index, name] of smallNames(count).entries()) {
    const before = index === 0 ? [] : [smallNames(count)[index >> 1]];
    const dependencies = Object.fromEntries(before.map((dependency) => [dependency, '^1.0.0']));
    workspace.add(name, files(name), { description: `Notes of ${name}`, dependencies });
  }
}

function files(name: string): Files {
  const service = name.replace('-', '');
  return {
    'index.ts': `import { defineExtension } from 'backplane';

export interface Note {
  readonly id: string;
  readonly text: string;
  readonly tags: readonly string[];
}

export class Notes {
  readonly #notes = new Map<string, Note>([['first', { id: 'first', text: '${name}', tags: [] }]]);

  find(id: string): Note | undefined {
    return this.#notes.get(id);
  }
}

declare module 'backplane' {
  interface Services {
    ${service}: Notes;
  }
}

export default defineExtension({
  register({ container }) {
    container.singleton('${service}', Notes);
  },
});
`,
    'routes/notes.ts': `import { problem, route, Type } from 'backplane';

const Note = Type.Object({
  id: Type.String(),
  text: Type.String(),
  tags: Type.Array(Type.String()),
});

export default route.get(
  '/notes/:id',
  {
    summary: 'One note of ${name}',
    params: Type.Object({ id: Type.String({ maxLength: 64 }) }),
    response: { 200: Note },
  },
  ({ params, services }) => {
    const note = services.${service}.find(params.id);
    if (note === undefined) throw problem(404, \`There is no note "\${params.id}".\`);
    return note;
  },
);
`,
  };
}
