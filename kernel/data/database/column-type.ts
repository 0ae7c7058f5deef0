import type { ColumnType } from '../entity/field.ts';
import type { Dialect } from './dialect.ts';

/**
 * The SQL type of a column. Texts compare by code point in every dialect, so that a filter or order gives the same rows
 * everywhere.
 */
export function sqlType(type: ColumnType, dialect: Dialect): string {
  return types[dialect](type);
}

const types: Readonly<Record<Dialect, (type: ColumnType) => string>> = {
  sqlite: (type) => {
    switch (type.kind) {
      case 'integer':
      case 'boolean':
        return 'integer';
      case 'number':
        return 'real';
      case 'vector':
        return 'blob';
      default:
        return 'text';
    }
  },
  postgres: (type) => {
    switch (type.kind) {
      case 'uuid':
      case 'boolean':
      case 'date':
        return type.kind;
      case 'string':
        return `varchar(${type.length}) collate "C"`;
      case 'text':
        return 'text collate "C"';
      case 'integer':
        return 'bigint';
      case 'number':
        return 'double precision';
      case 'timestamp':
        return 'timestamptz(3)';
      case 'json':
      case 'vector':
        return 'jsonb';
    }
  },
  mysql: (type) => {
    switch (type.kind) {
      case 'uuid':
        return 'char(36) character set ascii collate ascii_bin';
      case 'string':
        return `varchar(${type.length}) character set utf8mb4 collate utf8mb4_nopad_bin`;
      case 'text':
        return 'longtext character set utf8mb4 collate utf8mb4_nopad_bin';
      case 'integer':
        return 'bigint';
      case 'number':
        return 'double';
      case 'boolean':
        return 'tinyint(1)';
      case 'timestamp':
        return 'datetime(3)';
      case 'date':
        return 'date';
      case 'json':
      case 'vector':
        return 'json';
    }
  },
  mssql: (type) => {
    switch (type.kind) {
      case 'uuid':
        return 'char(36)';
      case 'string':
        return `nvarchar(${type.length}) collate Latin1_General_100_BIN2`;
      case 'integer':
        return 'bigint';
      case 'number':
        return 'float';
      case 'boolean':
        return 'bit';
      case 'timestamp':
        return 'datetime2(3)';
      case 'date':
        return 'date';
      default:
        return 'nvarchar(max) collate Latin1_General_100_BIN2';
    }
  },
};
