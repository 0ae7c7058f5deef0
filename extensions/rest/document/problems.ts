type Problems = Readonly<Record<number, string>>;

const access: Problems = {
  401: 'Nobody in particular may do this: it needs credentials.',
  403: 'The caller may not do this, or not with these fields.',
};

export const readingProblems: Problems = {
  400: 'The query is wrong; "faults" lists everything that is.',
  ...access,
};

export const rowProblems: Problems = {
  ...readingProblems,
  404: 'There is no such row, or the caller may not see it.',
};

/** What a provider may have to say besides. */
export const providerProblems: Problems = {
  422: 'The service that keeps the rows refuses it as invalid.',
  502: 'Whether it was done is not known: look before you repeat it.',
  503: 'The service that keeps the rows cannot be reached; Retry-After says when to try again.',
  504: 'The service that keeps the rows did not answer in time.',
};

const writing: Problems = {
  409: 'Another row has the same value where it must be unique, rows belong to it, or the same request is being worked on.',
  415: 'The body is no JSON.',
  422: 'The input is wrong; "faults" lists everything that is, with JSON pointers.',
};

export const creatingProblems: Problems = { ...readingProblems, ...writing };

export const changingProblems: Problems = {
  ...rowProblems,
  ...writing,
  412: 'The row is not the version that "If-Match" names.',
};
