export { compileSnapshot } from './compile.ts';
export type { Contribution, Owner } from './contribution.ts';
export { type AnyRegistry, defineRegistry, type Registry, type Views } from './registry.ts';
export { type Active, type DeclaredRegistry, Snapshot } from './snapshot.ts';
