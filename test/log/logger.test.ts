import { expect } from 'chai';
import { createLogger, type LogLevel } from '../../kernel/log/index.ts';

interface Captured {
  readonly lines: string[];
  records(): Record<string, unknown>[];
  write(line: string): void;
}

function capture(): Captured {
  const lines: string[] = [];
  return { lines, write: (line) => lines.push(line), records: () => lines.map((line) => JSON.parse(line)) };
}

function jsonLogger(level: LogLevel = 'trace', context?: () => object | undefined) {
  const out = capture();
  const control = createLogger({
    level,
    format: 'json',
    destination: out,
    ...(context ? { context } : {}),
  });
  return { ...control, control, out };
}

describe('the logger', () => {
  it('writes one JSON object per line, with the name of the level and the time', () => {
    const { log, out } = jsonLogger();
    log.info({ port: 3000 }, 'listening');
    expect(out.lines).to.have.length(1);
    expect(out.lines[0]).to.match(/\n$/);
    const [record] = out.records();
    expect(record).to.include({ level: 'info', port: 3000, msg: 'listening', pid: process.pid });
    expect(Number.isNaN(Date.parse(String(record?.time)))).to.equal(false);
  });

  it('has the levels verbose and sql between the usual ones', () => {
    const { log, out } = jsonLogger('verbose');
    log.info('a');
    log.verbose('b');
    log.debug('c');
    log.sql('d');
    expect(out.records().map(({ level }) => level)).to.deep.equal(['info', 'verbose']);
  });

  it('writes sql at the level sql and not yet at debug', () => {
    const { log, out, control } = jsonLogger('debug');
    log.sql('select 1');
    control.setLevel('sql');
    log.sql('select 2');
    log.trace('not yet');
    expect(out.records().map(({ msg }) => msg)).to.deep.equal(['select 2']);
  });

  it('writes nothing when silent', () => {
    const { log, out } = jsonLogger('silent');
    log.fatal('nobody hears');
    expect(out.lines).to.deep.equal([]);
  });

  it('puts the name of the extension on each line of its child', () => {
    const { log, out } = jsonLogger();
    log.child({ extension: 'blog' }).child({ job: 7 }).info('hello');
    expect(out.records()[0]).to.include({ extension: 'blog', job: 7, msg: 'hello' });
  });

  it('adds the context of the moment to each line, without writing into it', () => {
    const request = { requestId: 'r1' };
    let current: object | undefined = request;
    const { log, out } = jsonLogger('info', () => current);
    const child = log.child({ extension: 'blog' });
    child.info({ a: 1 }, 'inside');
    current = undefined;
    child.info('outside');
    expect(out.records()[0]).to.include({ requestId: 'r1', a: 1, extension: 'blog' });
    expect(out.records()[1]).not.to.have.property('requestId');
    expect(request).to.deep.equal({ requestId: 'r1' });
  });

  it('lets a change of level reach the children that are there already', () => {
    const { log, out, control } = jsonLogger('info');
    const child = log.child({ extension: 'blog' });
    const grandchild = child.child({ job: 1 }, {});
    child.debug('before');
    control.setLevel('debug');
    child.debug('child');
    grandchild.debug('grandchild');
    expect(control.level).to.equal('debug');
    expect(child.isLevelEnabled('debug')).to.equal(true);
    control.setLevel('error');
    child.info('after');
    grandchild.info('after');
    expect(out.records().map(({ msg }) => msg)).to.deep.equal(['child', 'grandchild']);
  });

  it('leaves a child with a level of its own alone', () => {
    const { log, out, control } = jsonLogger('info');
    const child = log.child({ extension: 'blog' }, { level: 'warn' });
    control.setLevel('trace');
    child.info('quiet');
    child.warn('loud');
    expect(out.records().map(({ msg }) => msg)).to.deep.equal(['loud']);
  });

  it('refuses a level that does not exist and names the nearest', () => {
    const { control } = jsonLogger();
    expect(() => control.setLevel('verbos'))
      .to.throw('Unknown log level "verbos". Did you mean "verbose"? Use one of silent, fatal, error,')
      .with.property('code', 'LOG_LEVEL_UNKNOWN');
    expect(control.level).to.equal('trace');
  });

  it('keeps two loggers in one process apart', () => {
    const one = jsonLogger('info');
    const two = jsonLogger('info');
    one.control.setLevel('silent');
    one.log.info('one');
    two.log.info('two');
    expect(one.out.lines).to.have.length(0);
    expect(two.out.records()[0]).to.include({ msg: 'two' });
  });
});

describe('the pretty format', () => {
  function prettyLogger() {
    const out = capture();
    return { log: createLogger({ level: 'trace', format: 'pretty', destination: out }).log, out };
  }

  it('is one readable line per record, written at once', () => {
    const { log, out } = prettyLogger();
    log.child({ extension: 'blog' }).sql({ rows: 3 }, 'select * from posts');
    expect(out.lines).to.have.length(1);
    expect(out.lines[0]).to.match(
      /^\[\d\d:\d\d:\d\d\.\d{3}\] SQL: \[blog\] select \* from posts \{"rows":3\}\n$/,
    );
  });

  it('shows the stack of an error and of its causes', () => {
    const { log, out } = prettyLogger();
    log.error(new Error('cannot publish', { cause: new TypeError('no title') }), 'save failed');
    const [text = ''] = out.lines;
    expect(text).to.match(/ERROR: save failed/);
    expect(text).to.match(/Error: cannot publish\n\s+at .*logger\.test\.ts/);
    expect(text).to.match(/caused by TypeError: no title\n\s+at .*logger\.test\.ts/);
  });

  it('strips what would steer a terminal', () => {
    const { log, out } = prettyLogger();
    log.info({ name: '\u001b[2Jgone' }, 'user \u001b[31mred');
    expect(out.lines.join('')).not.to.include('\u001b');
  });

  it('shows control characters instead of obeying them, and no text as a line of its own', () => {
    const { log, out } = prettyLogger();
    const text = 'a\rb\u0007\u009b2J\n[12:00:00.000] ERROR: forged';
    log.child({ extension: 'blog' }).info({ err: new Error(text) }, text);
    const [line = ''] = out.lines;
    expect(line).to.include('[blog] a\\x0db\\x07\\x9b2J\n    [12:00:00.000] ERROR: forged');
    expect(line)
      .not.to.match(/[^\P{Cc}\n]/u)
      .and.not.to.match(/^\[12:00:00/m);
  });
});
