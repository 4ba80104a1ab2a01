const report =
  // What terminals answer and tell by themselves: cursor position, status, attributes, modes, focus, and strings (OSC, DCS, APC).
  /^(?:\x1b\[[?>=]?[\d;]*(?:[Rcn]|\$y)|\x1b\[\?\d+u|\x1b\[[IO]|\x1b[\]P_][^\x07\x1b]*(?:\x07|\x1b\\))+$/;

/** Whether what was sent is nothing but answers of the terminal to its program: nobody typed them. Pure. */
export function isReport(data: string): boolean {
  return report.test(data);
}
