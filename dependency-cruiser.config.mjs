// Who may import whom. Rules name folders, so that a reader learns from a failure what the house allows.

import swc from '@swc/core/Visitor.js';

// TypeScript 7 has no API to parse with yet, so swc parses; its visitor does not know `using` declarations.
const { Visitor } = swc;
const { visitStatement } = Visitor.prototype;
Visitor.prototype.visitStatement = function visitAnyStatement(statement) {
  if (statement.type !== 'UsingDeclaration') return visitStatement.call(this, statement);
  statement.decls = this.visitVariableDeclarators(statement.decls);
  return statement;
};

const kernelRoomsAlone = ['snapshot', 'container'];

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-circles',
      severity: 'error',
      comment: 'Two files that import each other cannot be read, tested or replaced one at a time.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'kernel-knows-no-extension',
      severity: 'error',
      comment: 'The kernel is mechanism only; what a user may want to switch off is an extension.',
      from: { path: '^kernel/' },
      to: { path: '^(extensions|providers|config|test|bench)/' },
    },
    {
      name: 'extensions-use-the-public-face',
      severity: 'error',
      comment:
        "Extensions and providers import 'backplane', 'backplane/data' and 'backplane/testing', never a file inside kernel/.",
      from: { path: '^(extensions|providers)/' },
      to: { path: '^kernel/', pathNot: '^kernel/(index|data/index|testing/index)\\.ts$' },
    },
    {
      name: 'extensions-import-public-entries',
      severity: 'error',
      comment: 'Of a neighbour only its index.ts may be imported (and its manifest must declare it).',
      from: { path: '^(extensions|providers)/([^/]+)/' },
      to: {
        path: '^(extensions|providers)/([^/]+)/',
        pathNot: ['^$1/$2/', '^(extensions|providers)/[^/]+/index\\.ts$'],
      },
    },
    {
      name: 'errors-stand-alone',
      severity: 'error',
      comment: 'Every room may import kernel/errors.ts, so it may import no room.',
      from: { path: '^kernel/errors(\\.ts$|/)' },
      to: { path: '^kernel/', pathNot: '^kernel/errors/' },
    },
    {
      name: 'data-stands-alone',
      severity: 'error',
      comment: "'backplane/data' works from a plain script, without Express being loaded.",
      from: { path: '^kernel/data/' },
      to: { path: '^kernel/', pathNot: '^kernel/(data/|errors\\.ts$)' },
    },
    {
      name: 'provider-stands-apart',
      severity: 'error',
      comment:
        'The pool knows no server, no extension and no database: it is tested with a clock and a random source. What is kept in a database lies apart, in stored/.',
      from: { path: '^kernel/provider/', pathNot: '^kernel/provider/stored/' },
      to: {
        path: '^kernel/',
        pathNot: '^kernel/(provider(?!/stored/)|snapshot|settings|schema|log)/|^kernel/errors\\.ts$',
      },
    },
    {
      name: 'stored-providers-know-the-data-layer',
      severity: 'error',
      comment: 'What providers keep in a database knows the pool and the data layer alone.',
      from: { path: '^kernel/provider/stored/' },
      to: { path: '^kernel/', pathNot: '^kernel/(provider|data|log)/|^kernel/errors\\.ts$' },
    },
    {
      name: 'objection-stays-inside-data',
      severity: 'error',
      comment: 'Objection builds statements for the data layer and nobody else, so that it can be replaced.',
      from: { pathNot: '^(kernel/data/(model|query)/|bench/(data\\.ts$|peers/))' },
      to: { path: 'node_modules/objection/' },
    },
    ...kernelRoomsAlone.map((room) => ({
      name: `${room}-stands-alone`,
      severity: 'error',
      comment: `kernel/${room}/ imports no other room.`,
      from: { path: `^kernel/${room}/` },
      to: { path: '^kernel/', pathNot: `^kernel/(${room}/|errors\\.ts$)` },
    })),
    {
      name: 'graph-is-generic',
      severity: 'error',
      comment: 'The dependency graph is pure and knows nothing of extensions.',
      from: { path: '^kernel/extension/graph\\.ts$' },
      to: { path: '^kernel/', pathNot: '^kernel/errors\\.ts$' },
    },
    {
      name: 'no-dev-packages-at-run-time',
      severity: 'error',
      comment: 'A package that the kernel or an extension needs belongs in dependencies.',
      from: { path: '^(kernel|extensions|providers|config)/', pathNot: '/test/' },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only'],
        pathNot: 'node_modules/@types/',
      },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      comment:
        'Every import must resolve. The peers of the benchmarks are installed by `npm run bench` only; `ext:`, and `backplane` below bench/, which is a package of its own, are resolved by tsc and by the kernel.',
      from: { pathNot: '^bench/(peers|resources/shop)/' },
      to: { couldNotResolve: true, pathNot: '^ext:' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(bench/node_modules|test/fixtures)' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    detectJSDocImports: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.json'],
    },
  },
};
