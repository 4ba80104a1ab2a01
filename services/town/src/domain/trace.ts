/** What started something and where its trace goes on: the whole life of a bead is one correlation and one trace. */
export interface Trace {
  readonly correlation: string;
  /** The W3C context of the command that made or slung it; null when tracing is off. */
  readonly traceparent: string | null;
}
