import { type Convert, codecOf } from '../database/column-codec.ts';
import type { Dialect } from '../database/dialect.ts';
import type { EntityCatalog } from '../entity/catalog.ts';
import { type Decoder, decoderOf, type ReadRow } from './decode.ts';
import { type AggregateRow, aggregateDecoderOf } from './decode-aggregate.ts';
import { LeastRecentlyUsed } from './least-recently-used.ts';
import type { AggregatePlan, ListPlan, NearPlan, Predicate, Source } from './plan.ts';
import { planHash } from './plan-hash.ts';
import { aggregateSql } from './sql/aggregate.ts';
import { type CountMethod, countSql } from './sql/count.ts';
import { syntaxOf } from './sql/dialects.ts';
import { listSql, vectorsSql } from './sql/list.ts';
import type { Syntax } from './sql/syntax.ts';
import { fieldNamed, type Statement } from './sql/writing.ts';

/** A list as the database takes it, and how its rows are read. */
export interface ListStatement {
  readonly statement: Statement;
  readonly decoder: Decoder;
  /** Of the plan, for cursors. */
  readonly hash: string;
}

export interface AggregateStatement {
  readonly statement: Statement;
  readonly decode: (rows: readonly ReadRow[]) => readonly AggregateRow[];
}

export interface VectorStatement {
  readonly statement: Statement;
  /** Of the vectors. */
  readonly decode: Convert | undefined;
}

/** Statements of one kind that are kept. */
const kept = 1000;

/** The statements of one database: plans of the same shape share one. */
export class Statements {
  readonly #catalog: EntityCatalog;
  readonly #syntax: Syntax;
  readonly #lists = new LeastRecentlyUsed<ListStatement>(kept);
  readonly #vectors = new LeastRecentlyUsed<VectorStatement>(kept);
  readonly #counts = new LeastRecentlyUsed<Statement>(kept);
  readonly #aggregates = new LeastRecentlyUsed<AggregateStatement>(kept);

  constructor(catalog: EntityCatalog, dialect: Dialect) {
    this.#catalog = catalog;
    this.#syntax = syntaxOf(dialect);
  }

  list(plan: ListPlan): ListStatement {
    return this.#lists.get(JSON.stringify(plan), () => ({
      statement: listSql(this.#catalog, this.#syntax, plan),
      decoder: decoderOf(this.#catalog, this.#syntax.dialect, plan),
      hash: planHash(plan),
    }));
  }

  /** Ids and vectors of the rows that the list chooses from. */
  vectors(plan: ListPlan, near: NearPlan): VectorStatement {
    const { source, where } = plan;
    return this.#vectors.get(JSON.stringify([near.field, source, where]), () => {
      const field = fieldNamed(this.#catalog.get(source.entity), near.field);
      const { decode } = codecOf(field.type, this.#syntax.dialect);
      return { statement: vectorsSql(this.#catalog, this.#syntax, plan, near), decode };
    });
  }

  count(source: Source, where: Predicate | undefined, method: CountMethod): Statement {
    return this.#counts.get(JSON.stringify([method, source, where]), () =>
      countSql(this.#catalog, this.#syntax, source, where, method),
    );
  }

  aggregate(plan: AggregatePlan): AggregateStatement {
    return this.#aggregates.get(JSON.stringify(plan), () => ({
      statement: aggregateSql(this.#catalog, this.#syntax, plan),
      decode: aggregateDecoderOf(this.#catalog, this.#syntax.dialect, plan),
    }));
  }
}
