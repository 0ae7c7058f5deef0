import { defineExtension, representations, resources, routes, routesFrom } from 'backplane';
import { DataContext } from 'backplane/data';
import type config from './config.ts';
import { DocumentSchemas } from './document/schemas.ts';
import { cleanUp } from './idempotency/clean-up.ts';
import { routesOf } from './routes-of.ts';

const hour = 60 * 60 * 1000;
/** Documents are the same each time they are written. */
const seed = 1;
const now = Date.UTC(2026, 0, 1, 12);

export default defineExtension<typeof config>({
  register({ container, settings, contribute }) {
    contribute(
      routes,
      routesFrom((known) => {
        const table = known.get(resources);
        const views = known.get(representations);
        const { catalog } = table;
        const examples = (): DataContext =>
          new DataContext({ databases: container.services.databases, catalog, seed, now: () => now });
        return routesOf({
          table,
          views,
          settings,
          schemasFor: (version) => new DocumentSchemas(table, views, version, examples),
        });
      }),
    );
  },
  boot({ effects, services }) {
    effects.interval(() => cleanUp(services.data), hour, 'forgetting old Idempotency-Keys');
  },
});
