/** Thrown by a test of something that is not there: it is shown as pending, since it has not passed. */
export class NotApplicable extends Error {}
