/** A text message, as callers give it. */
export interface SmsMessage {
  /** In E.164, as `+442079460958`; spaces, dots, dashes and brackets may stand in it. */
  readonly to: string;
  /** 1,600 characters at most. */
  readonly text: string;
  /** Number, short code or name (11 letters and digits at most) of the sender; what the instance names if left out. */
  readonly from?: string;
}
