/**
 * Lets equal schemas share what they compile to. Extensions write the same small schemas over and over (an id, a page),
 * and functions that are the same anyway take memory and, among hundreds of routes, the processor's caches from each
 * other. Nothing is kept for its own sake: what no user holds any more goes, and its entry after it.
 *
 * @param compile must depend on nothing but the JSON of its input
 */
export function shareByContent<Input, Compiled extends object>(
  compile: (input: Input) => Compiled,
): (input: Input) => Compiled {
  const known = new Map<string, WeakRef<Compiled>>();
  const gone = new FinalizationRegistry<string>((content) => {
    // Another may have taken the place meanwhile.
    if (known.get(content)?.deref() === undefined) known.delete(content);
  });
  return (input) => {
    const content = JSON.stringify(input);
    const shared = known.get(content)?.deref();
    if (shared !== undefined) return shared;
    const compiled = compile(input);
    known.set(content, new WeakRef(compiled));
    gone.register(compiled, content);
    return compiled;
  };
}
