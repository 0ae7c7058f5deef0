import { commands } from './cli/command.ts';
import { listeners } from './event/index.ts';
import { serviceNames, settingsView } from './extension/index.ts';
import { middleware, pipeline, routes, strategies } from './http/index.ts';
import { capabilities, drivers } from './provider/index.ts';
import {
  authorities,
  entities,
  hookRegistry,
  managerRegistry,
  representations,
  resources,
  rules,
} from './resource/index.ts';
import type { AnyRegistry } from './snapshot/index.ts';

/** What the kernel itself collects, before any extension declares a registry. */
export const registries: readonly AnyRegistry[] = [
  routes,
  middleware,
  strategies,
  pipeline,
  listeners,
  commands,
  entities,
  hookRegistry,
  rules,
  managerRegistry,
  authorities,
  resources,
  representations,
  capabilities,
  drivers,
  serviceNames,
  settingsView,
];
