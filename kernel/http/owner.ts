import type { Container } from '../container/index.ts';
import type { Logger } from '../log/index.ts';
import type { Owner } from '../snapshot/index.ts';

/** An owner whose code can answer requests: it has services and a logger that carries its name. */
export interface RouteOwner extends Owner {
  readonly container: Container;
  readonly log: Logger;
}
