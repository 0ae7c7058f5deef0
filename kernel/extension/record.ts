import type { Candidate } from './discovery.ts';
import type { EffectInfo } from './effects.ts';
import type { Generation } from './generation.ts';
import {
  type Cause,
  describeStandstill,
  type Failure,
  type GenerationState,
  type Phase,
  type Standstill,
} from './state.ts';

/** Everything the kernel knows of one extension: what was asked for, and what is. */
export interface ExtensionRecord {
  readonly name: string;
  candidate: Candidate;
  /** Its folder has vanished. */
  gone: boolean;
  /** Content hash of its folder, when it was last looked at. */
  hash: string;
  /** How often it has been loaded. */
  loads: number;
  /** The generation that serves. */
  active: Generation | undefined;
  /** Generations that were replaced and still have requests. */
  readonly draining: Set<Generation>;
  /** Why there is no active generation. */
  standstill: Standstill;
  standstillSince: Date;
  /** The last attempt that failed, also while an older generation serves. Cleared by a success. */
  lastFailure: Failure | undefined;
  /** What the last attempt without success was made of: it is not repeated before something of it changes. */
  tried: Attempt | undefined;
  /** What the last stop left undone. */
  unloadErrors: readonly Error[];
}

/** The inputs of an attempt that failed. */
export interface Attempt {
  readonly hash: string;
  /** Fingerprint of the settings' sources. */
  readonly sources: string;
  /** Extensions that it was in conflict with. */
  readonly rivals: readonly string[];
}

/** An extension as `GET /kernel/extensions` and `backplane extension list` show it. */
export interface ExtensionStatus {
  readonly name: string;
  readonly version: string | undefined;
  readonly description: string | undefined;
  readonly folder: string;
  readonly desired: 'enabled' | 'disabled';
  readonly state: GenerationState | Standstill['status'];
  /** Why it is in this state; empty while it serves. */
  readonly reason: string;
  readonly causes: readonly Cause[];
  readonly since: string;
  /** Number of the generation that serves; 0 when none does. */
  readonly generation: number;
  readonly draining: readonly number[];
  readonly lastFailure: { phase: Phase; message: string; at: string } | undefined;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
  readonly effects: readonly EffectInfo[];
}

/** Says why an extension has no active generation. */
export function stand(record: ExtensionRecord, standstill: Standstill): void {
  record.standstill = standstill;
  record.standstillSince = new Date();
}

export function createRecord(candidate: Candidate): ExtensionRecord {
  return {
    name: candidate.name,
    candidate,
    gone: false,
    hash: '',
    loads: 0,
    active: undefined,
    draining: new Set(),
    standstill: { status: 'discovered', reason: 'found, not loaded yet' },
    standstillSince: new Date(),
    lastFailure: undefined,
    tried: undefined,
    unloadErrors: [],
  };
}

export function statusOf(record: ExtensionRecord): ExtensionStatus {
  const { name, active, standstill, lastFailure, candidate, draining, unloadErrors } = record;
  const manifest = candidate.manifest ?? active?.manifest;
  const stuck = active === undefined && unloadErrors.length > 0 && draining.size === 0;
  return {
    name,
    version: manifest?.version,
    description: manifest?.description,
    folder: candidate.folder,
    desired: standstill.status === 'disabled' && active === undefined ? 'disabled' : 'enabled',
    state: active
      ? active.state
      : draining.size > 0
        ? 'draining'
        : stuck
          ? 'unload-failed'
          : standstill.status,
    reason: active
      ? ''
      : [describeStandstill(name, standstill), ...unloadErrors.map(({ message }) => message)].join('; '),
    causes: active || standstill.status !== 'blocked' ? [] : standstill.causes,
    since: (active?.since ?? record.standstillSince).toISOString(),
    generation: active?.generation ?? 0,
    draining: [...draining].map(({ generation }) => generation),
    lastFailure: lastFailure && {
      phase: lastFailure.phase,
      message: lastFailure.error.message,
      at: lastFailure.at.toISOString(),
    },
    dependencies: manifest?.dependencies ?? {},
    optionalDependencies: manifest?.optionalDependencies ?? {},
    effects: active?.effects.list() ?? [],
  };
}
