import { type TestKernel, testKernel } from 'backplane/testing';

export type Application = TestKernel;
export type Answer = Awaited<ReturnType<TestKernel['inject']>>;

/** A kernel with this extension and the entities of `press/`. */
export function open(
  settings: Readonly<Record<string, unknown>> = {},
  more: readonly (string | { readonly path: string })[] = [],
): Promise<TestKernel> {
  return testKernel({
    from: import.meta.url,
    extensions: ['..', './press', ...more],
    settings: { rest: settings },
  });
}

/** A request of somebody: `await as(kernel, 'root')('GET', '/news/articles')`. */
export function as(kernel: TestKernel, user?: string) {
  return (
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> =>
    kernel.inject(method, path, {
      headers: { ...(user === undefined ? {} : { 'x-user': user }), ...headers },
      ...(body === undefined ? {} : { body }),
    });
}
