import type { FailureClass } from '../../provider/failure.ts';
import type { ApiKind } from './api-model.ts';

/** What a gate does instead of passing on what it has been asked, or what was answered. */
export type Behaviour =
  | { readonly do: 'reset' | 'hang'; readonly when: 'before' | 'after' }
  | { readonly do: 'half a body' | 'cut body' | 'hang up'; readonly when: 'after' }
  | {
      readonly do: 'answer';
      readonly when: 'before' | 'after';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      /** Sent as it is, if it is a text; else as JSON. */
      readonly body?: unknown;
    };

/** An address at which nothing can be had. */
export type DeadAddress = 'refused' | 'dns' | 'tls';

/** One thing that goes wrong, and what a driver may say about it. */
export interface Fault {
  readonly name: string;
  readonly kinds: readonly ApiKind[];
  readonly address?: DeadAddress;
  readonly behaviour?: Behaviour;
  /** Any, if left out. */
  readonly classes?: readonly FailureClass[];
  /** Certainly nothing was done, and the driver has to know that. */
  readonly isFree?: boolean;
  /** Milliseconds that the driver must have read out of the answer. */
  readonly retryAfter?: number;
  /** The driver never settles by itself. */
  readonly isSilent?: boolean;
  /** It is done and not answered: what comes of it depends on the key and the `reconcile` of each operation. */
  readonly isTelling?: boolean;
}

/** What an API documents of one status. */
export interface DocumentedAnswer {
  /** The body that it comes with; a text is sent as it is, all else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** What it means, where that is another class than the usual one. */
  readonly class?: FailureClass;
}

export type DocumentedAnswers = Readonly<Partial<Record<number, DocumentedAnswer>>>;

const both: readonly ApiKind[] = ['http', 'tcp'];
const http: readonly ApiKind[] = ['http'];
const seconds = 7;

/** What each status may mean, where an API documents nothing else. */
const statuses: readonly {
  readonly status: number;
  readonly classes: readonly FailureClass[];
  readonly isFree: boolean;
}[] = [
  { status: 400, classes: ['invalid', 'declined'], isFree: true },
  { status: 401, classes: ['config'], isFree: true },
  { status: 402, classes: ['config', 'declined'], isFree: true },
  { status: 403, classes: ['config'], isFree: true },
  { status: 404, classes: ['invalid', 'declined', 'config'], isFree: true },
  // Some APIs answer it while the first request under a key is still worked on.
  { status: 409, classes: ['invalid', 'declined', 'transient'], isFree: false },
  { status: 422, classes: ['invalid', 'declined'], isFree: true },
  { status: 429, classes: ['throttled'], isFree: true },
];

const troubles = [408, 500, 502, 503, 504];

/** All faults, with the bodies that an API documents. */
export function faultsOf(kind: ApiKind, documented: DocumentedAnswers): readonly Fault[] {
  return [...connections, ...rejections(documented), ...outages(documented), ...answers].filter(({ kinds }) =>
    kinds.includes(kind),
  );
}

const connections: readonly Fault[] = [
  { name: 'a refused connection', kinds: both, address: 'refused', isFree: true },
  { name: 'a name that DNS does not know', kinds: both, address: 'dns', isFree: true },
  { name: 'a TLS handshake that fails', kinds: http, address: 'tls', isFree: true },
  {
    name: 'a reset before the work',
    kinds: both,
    behaviour: { do: 'reset', when: 'before' },
    classes: ['transient'],
  },
  {
    name: 'a reset after the work',
    kinds: both,
    behaviour: { do: 'reset', when: 'after' },
    classes: ['transient'],
    isTelling: true,
  },
  {
    name: 'a connection that ends without an answer after the work',
    kinds: ['tcp'],
    behaviour: { do: 'hang up', when: 'after' },
    classes: ['transient'],
  },
  {
    name: 'silence instead of the work',
    kinds: both,
    behaviour: { do: 'hang', when: 'before' },
    isSilent: true,
  },
  {
    name: 'silence after the work',
    kinds: both,
    behaviour: { do: 'hang', when: 'after' },
    isSilent: true,
    isTelling: true,
  },
];

const welcome = { message: 'Welcome to the hotel' };

const answers: readonly Fault[] = [
  {
    name: 'a body that does not end',
    kinds: http,
    behaviour: { do: 'half a body', when: 'after' },
    isSilent: true,
  },
  {
    name: 'a body that is cut off',
    kinds: http,
    behaviour: { do: 'cut body', when: 'after' },
    classes: ['transient'],
  },
  {
    name: 'the page of a proxy instead of the work (malformed 200)',
    kinds: http,
    behaviour: {
      do: 'answer',
      when: 'before',
      status: 200,
      headers: { 'content-type': 'text/html' },
      body: '<html>Welcome to the hotel</html>',
    },
    classes: ['transient'],
  },
  {
    name: 'the page of a proxy after the work (malformed 200)',
    kinds: http,
    behaviour: {
      do: 'answer',
      when: 'after',
      status: 200,
      headers: { 'content-type': 'text/html' },
      body: '<html>Welcome to the hotel</html>',
    },
    classes: ['transient'],
  },
  {
    name: 'JSON that says nothing of the work instead of it (malformed 200)',
    kinds: http,
    behaviour: { do: 'answer', when: 'before', status: 200, body: welcome },
    classes: ['transient'],
  },
  {
    name: 'JSON that says nothing of the work after it (malformed 200)',
    kinds: http,
    behaviour: { do: 'answer', when: 'after', status: 200, body: welcome },
    classes: ['transient'],
  },
];

function rejections(documented: DocumentedAnswers): readonly Fault[] {
  return statuses.flatMap(({ status, classes, isFree }) => {
    const answer = documented[status];
    const fault: Fault = {
      name: `${status}`,
      kinds: http,
      behaviour: answering(status, 'before', answer),
      classes: answer?.class ? [answer.class] : classes,
      isFree,
    };
    if (status !== 429) return [fault];
    const behaviour = answering(status, 'before', answer, { 'retry-after': String(seconds) });
    return [fault, { ...fault, name: '429 with Retry-After', behaviour, retryAfter: seconds * 1000 }];
  });
}

function outages(documented: DocumentedAnswers): readonly Fault[] {
  const all = troubles.flatMap((status) =>
    (['before', 'after'] as const).map(
      (when): Fault => ({
        name: `${status} ${when === 'before' ? 'instead of' : 'after'} the work`,
        kinds: http,
        behaviour: answering(status, when, documented[status]),
        classes: [documented[status]?.class ?? 'transient'],
        isTelling: status === 500 && when === 'after',
      }),
    ),
  );
  const behaviour = answering(503, 'before', documented[503], { 'retry-after': String(seconds) });
  return [
    ...all,
    {
      name: '503 with Retry-After',
      kinds: http,
      behaviour,
      classes: [documented[503]?.class ?? 'transient', 'throttled'],
    },
  ];
}

function answering(
  status: number,
  when: 'before' | 'after',
  answer: DocumentedAnswer = {},
  headers: Readonly<Record<string, string>> = {},
): Behaviour {
  return { do: 'answer', when, status, headers: { ...answer.headers, ...headers }, body: answer.body };
}
